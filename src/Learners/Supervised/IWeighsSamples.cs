using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Supervised;

/// <summary>A learner with mini-batches whose samples are weighted.</summary>
internal interface IWeighsSamples
{
    /// <summary>What weights them.</summary>
    SampleReweighter Reweighter { get; }
}
