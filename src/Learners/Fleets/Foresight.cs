using MessagePack;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Fleets;

/// <summary>What learners say of a record that they do not take in, or have said last.</summary>
/// <param name="Status">Whether they say anything.</param>
/// <param name="ModelVersion">Examples that the model which says it has learned from.</param>
/// <param name="Time">Event time of the record that it is said after, ms since 1970.</param>
/// <param name="Numbers">Of forecasts {value, lo, hi} for each horizon; of decisions the probability of each action; of classes the
/// index of the most probable one (-1: none is known yet), then the probability of each; of values the value.</param>
/// <param name="Texts">Of classes that come with their labels, of each class its label as <see cref="PredictionBatch.Texts"/> has it; else null.</param>
[MessagePackObject]
public sealed record Foresight(
    [property: Key(0)] ForesightStatus Status, [property: Key(1)] long ModelVersion, [property: Key(2)] long Time, [property: Key(3)] double[] Numbers,
    [property: Key(4)] byte[]? Texts = null)
{
    /// <summary>There is no such key.</summary>
    public static readonly Foresight UnknownKey = new(ForesightStatus.UnknownKey, 0, 0, []);

    /// <summary>Of a record that would not be predicted.</summary>
    /// <param name="status">What would become of it.</param>
    internal static Foresight Refused(ExampleStatus status) => new(
        status switch
        {
            ExampleStatus.TimeNotIncreasing or ExampleStatus.Dropped => ForesightStatus.TooLate,
            ExampleStatus.NoRate => ForesightStatus.NoRate,
            ExampleStatus.NotFinite => ForesightStatus.NotFinite,
            _ => ForesightStatus.Unusable,
        },
        0, 0, []);
}
