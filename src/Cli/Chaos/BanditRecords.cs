using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The contexts of a bandit drill, now and then one that is no record, and the rewards that their decisions get. The same seed gives the same ones. Pure.
/// </summary>
/// <param name="seed">The seed.</param>
internal sealed partial class BanditRecords(int seed)
{
    /// <summary>Keys.</summary>
    internal const int Keys = 64;

    /// <summary>How long a decision waits for its reward, in seconds of event time.</summary>
    internal const int TimeToLive = 15;

    /// <summary>How many of a key wait at most.</summary>
    internal const int MostPending = 20;

    /// <summary>How many contexts of the same key a reward that comes early is before its own.</summary>
    internal const int EarlySteps = 12;

    // One in so many is no JSON.
    private const int Bad = 500;
    private const long FirstTime = 1_700_000_000_000;

    // Of a key with an even number time goes on by a second from one context to the next: what waits for its reward expires. Of the others by a quarter: it
    // makes room before.
    private const int SlowStep = 1000;
    private const int FastStep = 250;

    // In decisions of all keys: how long rewards take, at most, on their ordinary way; then what takes longer than decisions of even keys wait.
    private const int OrdinaryDelay = 24;
    private const int SecondDelay = 200;
    private const int LateDelay = Keys * 25;

    // Shares of all decisions.
    private const double Early = 0.04;
    private const double Lost = 0.05;
    private const double Late = 0.06;
    private const double Twice = 0.05;
    private const double Unknown = 0.01;

    private static readonly string[] Names = ["left", "middle", "right"];

    private enum Chance
    {
        Fate = 1,
        Delay,
        Feature,
        Noise = Feature + 3,
        Stray,
    }

    /// <summary>The names of the actions.</summary>
    internal static IReadOnlyList<string> Actions => Names;

    /// <summary>A context by its number.</summary>
    internal OutputRecord Context(int number)
    {
        var key = KeyOf(number);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"id\":\"{IdOf(number)}\",\"key\":\"{key}\",\"time\":{TimeOf(number)},\"a\":{Feature(number, 0):0.####},\"b\":{Feature(number, 1):0.####},\"c\":{Feature(number, 2):0.####}}}");
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(IsBad(number) ? text[..^1] : text));
    }

    /// <summary>Whether a context is to be a dead letter.</summary>
    internal static bool IsBad(int number) => number % Bad == Bad - 1;

    /// <summary>The id of a context.</summary>
    internal static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d-{number}");

    /// <summary>The number of the context that a context, or a decision, has the id of; -1: it has none.</summary>
    internal static int NumberOf(ReadOnlySpan<byte> value) =>
        IdPattern().Match(Encoding.UTF8.GetString(value)) is { Success: true } found
            ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : -1;

    /// <summary>The rewards to be written because a decision has been made.</summary>
    /// <param name="number">Number of its context.</param>
    /// <param name="action">The action.</param>
    internal IEnumerable<PlannedReward> RewardsOf(int number, string action)
    {
        var (fate, delay) = (DrillNoise.Of(seed, number, (int)Chance.Fate), (int)(OrdinaryDelay * DrillNoise.Of(seed, number, (int)Chance.Delay)));
        var own = Reward(IdOf(number), number, action);
        if (ComesEarly(number + (Keys * EarlySteps)))
        {
            var later = number + (Keys * EarlySteps);
            yield return new PlannedReward(0, Reward(IdOf(later), number, action));
        }

        if (DrillNoise.Of(seed, number, (int)Chance.Stray) < Unknown)
        {
            yield return new PlannedReward(delay, Reward($"x-{IdOf(number)}", number, action));
        }

        if (ComesEarly(number) || fate < Early + Lost)
        {
            yield break;
        }

        if (fate < Early + Lost + Late)
        {
            yield return new PlannedReward(LateDelay, own);
            yield break;
        }

        yield return new PlannedReward(delay, own);
        if (fate < Early + Lost + Late + Twice)
        {
            yield return new PlannedReward(delay + SecondDelay, own);
        }
    }

    private static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"cell-{number % Keys}");

    private static long TimeOf(int number) => FirstTime + ((long)(number / Keys) * (number % 2 == 0 ? SlowStep : FastStep));

    /// <summary>Whether the reward of a context is written long before it; the first ones have nobody before them who would.</summary>
    private bool ComesEarly(int number) => number >= Keys * EarlySteps && DrillNoise.Of(seed, number, (int)Chance.Fate) < Early;

    private double Feature(int number, int feature) => (2 * DrillNoise.Of(seed, number, (int)Chance.Feature + feature)) - 1;

    /// <summary>Each action is the best one where its feature is the largest, more or less.</summary>
    private OutputRecord Reward(string id, int number, string action)
    {
        var key = KeyOf(number);
        var reward = Math.Clamp(0.5 + (0.4 * Feature(number, Array.IndexOf(Names, action))) + (0.1 * DrillNoise.Of(seed, number, (int)Chance.Noise)), 0, 1);
        var text = string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"id\":\"{id}\",\"time\":{TimeOf(number)},\"reward\":{reward:0.####}}}");
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));
    }

    [GeneratedRegex("\"id\":\"d-([0-9]{1,9})\"", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
