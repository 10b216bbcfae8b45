using MessagePack;

namespace StreamLearn.Learners.Watching;

/// <summary>How a key stands, in a few numbers: cheap to make, without digests.</summary>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="Records">Records taken in; -1: its learners are in the checkpoint store only, and the rest is not known.</param>
/// <param name="Time">Event time of the last one, ms since 1970.</param>
/// <param name="Rank">What it is ordered by, where that is not its name; NaN: there is nothing yet.</param>
/// <param name="Numbers">By the task: <see cref="ForecastStanding"/>, <see cref="BanditStanding"/>, <see cref="SupervisedStanding"/>, <see cref="LanguageStanding"/>;
/// empty where the learners are in the store.</param>
[MessagePackObject]
public sealed record KeyStanding(
    [property: Key(0)] byte[] Key, [property: Key(1)] long Records, [property: Key(2)] long Time, [property: Key(3)] double Rank, [property: Key(4)] double[] Numbers);
