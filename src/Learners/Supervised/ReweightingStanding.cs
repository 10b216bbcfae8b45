using MessagePack;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Supervised;

/// <summary>How the own learner of a key weighted the samples of its last mini-batch (<see cref="ReweightingStep"/>).</summary>
/// <param name="Steps">Mini-batches so far; 0: there was none, or the learner has none.</param>
/// <param name="Masked">Samples whose loss was not finite, since the start.</param>
/// <param name="Samples">Samples of the last mini-batch with a finite loss.</param>
/// <param name="EffectiveSampleSize">What these are worth: <see cref="Samples"/> where all count alike.</param>
/// <param name="MaxWeight">The largest weight times the samples: 1 where all count alike.</param>
/// <param name="LossRange">Largest less smallest loss.</param>
/// <param name="Temperature">r; infinite where all count alike, NaN where there is none.</param>
[MessagePackObject]
public readonly record struct ReweightingStanding(
    [property: Key(0)] long Steps, [property: Key(1)] long Masked, [property: Key(2)] int Samples, [property: Key(3)] double EffectiveSampleSize,
    [property: Key(4)] double MaxWeight, [property: Key(5)] double LossRange, [property: Key(6)] double Temperature)
{
    internal static ReweightingStanding Of(SampleReweighter reweighter) => new(
        reweighter.Steps, reweighter.Masked, reweighter.Last.Samples, reweighter.Last.EffectiveSampleSize, reweighter.Last.MaxWeight,
        reweighter.Last.LossRange, reweighter.Last.Temperature);
}
