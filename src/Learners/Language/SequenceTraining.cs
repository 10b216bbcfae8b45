using MessagePack;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Learners.Language;

/// <summary>How a learner of mini-batches has been trained.</summary>
/// <param name="Steps">Training steps.</param>
/// <param name="Waiting">Sequences that wait for their mini-batch.</param>
/// <param name="Dropped">Sequences that the mixture of domains had no use for.</param>
/// <param name="Masked">Sequences that had no weight because their loss was not finite.</param>
/// <param name="EffectiveSampleSize">Of the last mini-batch: sequences that it is worth; <see cref="ReweightingStep.EffectiveSampleSize"/>.</param>
/// <param name="MaxWeight">Of the last mini-batch: the largest weight, times M.</param>
/// <param name="LossRange">Of the last mini-batch: largest less smallest loss, nats a token.</param>
/// <param name="Sequences">Of the last mini-batch: M.</param>
[MessagePackObject]
public readonly record struct SequenceTraining(
    [property: Key(0)] long Steps, [property: Key(1)] long Waiting, [property: Key(2)] long Dropped, [property: Key(3)] long Masked,
    [property: Key(4)] double EffectiveSampleSize, [property: Key(5)] double MaxWeight, [property: Key(6)] double LossRange, [property: Key(7)] int Sequences)
{
    internal SequenceTraining(long steps, long waiting, long dropped, long masked, ReweightingStep last)
        : this(steps, waiting, dropped, masked, last.EffectiveSampleSize, last.MaxWeight, last.LossRange, last.Samples)
    {
    }

    /// <summary>Those of two keys: counts add up, of mini-batches the means over sequences are taken.</summary>
    public static SequenceTraining operator +(SequenceTraining x, SequenceTraining y)
    {
        var share = x.Sequences + y.Sequences == 0 ? 0 : (double)x.Sequences / (x.Sequences + y.Sequences);
        return new SequenceTraining(
            x.Steps + y.Steps, x.Waiting + y.Waiting, x.Dropped + y.Dropped, x.Masked + y.Masked, x.EffectiveSampleSize + y.EffectiveSampleSize,
            Math.Max(x.MaxWeight, y.MaxWeight), (share * x.LossRange) + ((1 - share) * y.LossRange), x.Sequences + y.Sequences);
    }
}
