using MessagePack;

namespace StreamLearn.Learners.Fleets;

/// <summary>A key as a list of keys shows it.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="IsResident">Whether its learners are in memory; if not, nothing else is known of it without reading them back.</param>
/// <param name="Records">Records taken in.</param>
/// <param name="Time">Event time of the last one, ms since 1970.</param>
/// <param name="ModelVersion">Examples that the model has learned from.</param>
[MessagePackObject]
public sealed record KeyGlance(
    [property: Key(0)] byte[] Key, [property: Key(1)] bool IsResident, [property: Key(2)] long Records, [property: Key(3)] long Time,
    [property: Key(4)] long ModelVersion);
