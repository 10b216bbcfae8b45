namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Kinds of <see cref="ModelEvent"/>; the subject of each in brackets.</summary>
internal enum ModelEventKind
{
    // What goes on without faults, the most urgent first: this is the order of a fair run.

    /// <summary>A new ingest starts in its partition, with transactions after it has fenced the producer of the one before.</summary>
    Start,

    /// <summary>A message [place] arrives.</summary>
    Deliver,

    /// <summary>The store writes a bucket's state [process and bucket] and answers.</summary>
    Save,

    /// <summary>The store writes what a bucket that has crashed since had asked for [place].</summary>
    SaveOfCrashed,

    /// <summary>The store writes a cursor [ingest].</summary>
    WriteCursor,

    /// <summary>The store's answer to a cursor arrives [ingest].</summary>
    AnswerCursor,

    /// <summary>A batch whose chunks are all answered is put out, in its turn [ingest].</summary>
    PutOut,

    /// <summary>An output is written to its topic [ingest].</summary>
    Write,

    /// <summary>A chunk [place, ingest] that has no answer is sent again.</summary>
    Resend,

    /// <summary>A request to persist [place, ingest] that has no answer is sent again.</summary>
    ResendPersist,

    /// <summary>A batch of some records [their number, ingest] is read.</summary>
    Read,

    /// <summary>A barrier begins [ingest].</summary>
    BeginBarrier,

    // Faults.

    /// <summary>The ingest asks its quiet buckets [ingest].</summary>
    Probe,

    /// <summary>A message [place] arrives, and once more at any time later.</summary>
    Repeat,

    /// <summary>A message [place] is lost.</summary>
    Lose,

    /// <summary>A bucket [process and bucket] loses its memory.</summary>
    Crash,

    /// <summary>The store says that a bucket's state [process and bucket] could not be written, [1] after it was.</summary>
    FailSave,

    /// <summary>The store says that a cursor [ingest] could not be written.</summary>
    FailCursor,

    /// <summary>Another ingest takes the partition; those before do nothing more.</summary>
    Restart,

    /// <summary>Another ingest takes the partition; the one before goes on.</summary>
    Zombie,

    /// <summary>The newest generation of a bucket [bucket] is damaged.</summary>
    Damage,

    /// <summary>An ingest [ingest] finds a bucket [bucket] in the other process.</summary>
    Move,
}
