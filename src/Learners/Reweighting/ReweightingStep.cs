using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reweighting;

/// <summary>How one mini-batch was weighted.</summary>
/// <param name="Samples">Samples of the batch that have a finite loss: M.</param>
/// <param name="Masked">Samples whose loss is NaN or infinite; their weight is 0.</param>
/// <param name="EffectiveSampleSize">1 / Σ w², with Σ w = 1: M where all count alike, 1 where one sample has all the weight. 0 without samples.</param>
/// <param name="MaxWeight">The largest w times M: 1 where all count alike.</param>
/// <param name="LossRange">Largest less smallest finite loss, before any guard.</param>
/// <param name="Temperature">r; infinite where the batch was weighted uniformly, and for <c>top-k</c> NaN.</param>
public readonly record struct ReweightingStep(
    int Samples, int Masked, double EffectiveSampleSize, double MaxWeight, double LossRange, double Temperature)
{
    /// <summary>Whether there is anything to learn from: a sample with a finite loss.</summary>
    public bool IsUsable => Samples > 0;

    internal const int Fields = 6;

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(Samples);
        writer.Write(Masked);
        writer.Write(EffectiveSampleSize);
        writer.Write(MaxWeight);
        writer.Write(LossRange);
        writer.Write(Temperature);
    }

    internal static ReweightingStep Load(ref MessagePackReader reader)
    {
        var step = new ReweightingStep(
            reader.ReadInt32(), reader.ReadInt32(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadDouble());
        StateFormat.Require(
            step is { Samples: >= 0, Masked: >= 0, EffectiveSampleSize: >= 0, MaxWeight: >= 0, LossRange: >= 0 }, "how the last batch was weighted is below zero");
        return step;
    }
}
