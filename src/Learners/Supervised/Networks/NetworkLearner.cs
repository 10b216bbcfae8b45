using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary>A learner that is a <see cref="MiniBatchNetwork"/>; what goes in and comes out is the subclass's.</summary>
/// <param name="network">The network, which it frees.</param>
internal abstract class NetworkLearner(MiniBatchNetwork network) : SupervisedLearner, IWeighsSamples, IHasNetworks
{
    /// <inheritdoc/>
    public SampleReweighter Reweighter => network.Reweighter;

    private protected MiniBatchNetwork Network => network;

    /// <inheritdoc/>
    public IEnumerable<NetworkWeights> Weights(string kind) => network.Weights(kind);

    /// <inheritdoc/>
    public override void KeepGood() => network.KeepGood();

    /// <inheritdoc/>
    public override void ReturnToGood() => network.ReturnToGood();

    /// <inheritdoc/>
    public override void Dispose()
    {
        network.Dispose();
        base.Dispose();
    }
}
