using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Language;

/// <summary>A learner of mini-batches whose sequences are weighted.</summary>
internal interface IWeighsSequences
{
    /// <summary>How the last mini-batch was weighted.</summary>
    ReweightingStep LastWeighting { get; }

    /// <summary>Training steps taken.</summary>
    long Steps { get; }

    /// <summary>Sequences that wait for their mini-batch, those that still have room included.</summary>
    int Waiting { get; }

    /// <summary>Sequences that were dropped because the mixture of domains had no use for them.</summary>
    long Dropped { get; }

    /// <summary>Sequences that had no weight because their loss was not finite.</summary>
    long Masked { get; }
}
