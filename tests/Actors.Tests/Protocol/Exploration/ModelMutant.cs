namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Faults put into the model's use of the protocol on purpose: each is to be found.</summary>
internal enum ModelMutant
{
    None,

    /// <summary>What a bucket says it has stored is not compared with what it was sent.</summary>
    PersistedIsNotCompared,

    /// <summary>A bucket goes on with its memory when a new owner speaks.</summary>
    NewOwnerWithoutReload,

    /// <summary>The store takes what stale owners and writers save.</summary>
    NoFencing,

    /// <summary>A barrier does not wait for the outputs' delivery.</summary>
    BarrierBeforeDelivery,

    /// <summary>A bucket that is asked to store its state stores whatever it has, beyond what was asked for too.</summary>
    BucketStoresMoreThanAsked,

    /// <summary>The same, and a barrier begins while a rewind's records are still read again.</summary>
    BarrierWhileReadingAgain,

    /// <summary>Records read again, whose outputs are long written, take the watermark back.</summary>
    WatermarkGoesBack,

    /// <summary>The store keeps the newest generation and the newest that the older cursor covers, none between.</summary>
    TwoGenerations,

    /// <summary>A bucket does not remember its predictions.</summary>
    NoRememberedAnswers,

    /// <summary>After a rewind, chunks whose answers are under way, and void then, are not read again.</summary>
    RewindForgetsAnswersUnderWay,

    /// <summary>A bucket remembers the predictions of the chunks in flight only, not of the batches that are not put out.</summary>
    RemembersChunksInFlight,
}
