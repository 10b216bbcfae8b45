using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The records of a drill of a pipeline that joins: examples, now and then one that is no record, and the outcomes that come for what was put out of them. Of a
/// bandit contexts and rewards, of classes features and labels. The same seed gives the same ones. Pure.
/// </summary>
/// <param name="seed">The seed.</param>
internal abstract partial class JoinRecords(int seed)
{
    /// <summary>Keys.</summary>
    internal const int Keys = 64;

    /// <summary>How long a example waits for its outcome, in seconds of event time.</summary>
    internal const int TimeToLive = 15;

    /// <summary>How many of a key wait at most.</summary>
    internal const int MostPending = 20;

    /// <summary>How many examples of the same key an outcome that comes early is before its own.</summary>
    internal const int EarlySteps = 12;

    // One in so many is no JSON.
    private const int Bad = 500;
    private const long FirstTime = 1_700_000_000_000;

    // Of a key with an even number time goes on by a second from one example to the next: what waits for its outcome expires. Of the others by a quarter: it
    // makes room before.
    private const int SlowStep = 1000;
    private const int FastStep = 250;

    // In outputs of all keys: how long outcomes take, at most, on their ordinary way; then what takes longer than examples of even keys wait.
    private const int OrdinaryDelay = 24;
    private const int SecondDelay = 200;
    private const int LateDelay = Keys * 25;

    // Shares of all outputs.
    private const double Early = 0.04;
    private const double Lost = 0.05;
    private const double Late = 0.06;
    private const double Twice = 0.05;
    private const double Unknown = 0.01;

    private enum Chance
    {
        Fate = 1,
        Delay,
        Feature,
        Noise = Feature + 3,
        Stray,
    }

    /// <summary>The task of the pipeline.</summary>
    internal abstract string Task { get; }

    /// <summary>What examples are called, in the plural.</summary>
    internal abstract string Examples { get; }

    /// <summary>What repeated examples are called where the pipeline counts them, in the plural.</summary>
    internal abstract string Repeated { get; }

    /// <summary>The pipeline's block in HOCON.</summary>
    internal abstract string Pipeline { get; }

    /// <summary>The records of a task.</summary>
    internal static JoinRecords Of(string task, int seed) => task switch
    {
        BanditTask.Name => new BanditRecords(seed),
        SupervisedTask.Classify => new ClassifyRecords(seed),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "There is no drill of it that joins."),
    };

    /// <summary>An example by its number.</summary>
    internal OutputRecord Example(int number)
    {
        var key = KeyOf(number);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"id\":\"{IdOf(number)}\",\"key\":\"{key}\",\"time\":{TimeOf(number)},\"a\":{Feature(number, 0):0.####},\"b\":{Feature(number, 1):0.####},\"c\":{Feature(number, 2):0.####}}}");
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(IsBad(number) ? text[..^1] : text));
    }

    /// <summary>Whether an example is to be a dead letter.</summary>
    internal static bool IsBad(int number) => number % Bad == Bad - 1;

    /// <summary>The id of an example.</summary>
    internal static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d-{number}");

    /// <summary>The number of the example that an example, or an output, has the id of; -1: it has none.</summary>
    internal static int NumberOf(ReadOnlySpan<byte> value) =>
        IdPattern().Match(Encoding.UTF8.GetString(value)) is { Success: true } found
            ? int.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : -1;

    /// <summary>The outcomes to be written because an output has been seen.</summary>
    /// <param name="number">Number of its example.</param>
    /// <param name="output">What it says, by <see cref="Said"/>.</param>
    internal IEnumerable<PlannedOutcome> OutcomesOf(int number, string output)
    {
        var (fate, delay) = (DrillNoise.Of(seed, number, (int)Chance.Fate), (int)(OrdinaryDelay * DrillNoise.Of(seed, number, (int)Chance.Delay)));
        var own = Outcome(IdOf(number), number, output);
        if (ComesEarly(number + (Keys * EarlySteps)))
        {
            var later = number + (Keys * EarlySteps);
            yield return new PlannedOutcome(0, Outcome(IdOf(later), number, output));
        }

        if (DrillNoise.Of(seed, number, (int)Chance.Stray) < Unknown)
        {
            yield return new PlannedOutcome(delay, Outcome($"x-{IdOf(number)}", number, output));
        }

        if (ComesEarly(number) || fate < Early + Lost)
        {
            yield break;
        }

        if (fate < Early + Lost + Late)
        {
            yield return new PlannedOutcome(LateDelay, own);
            yield break;
        }

        yield return new PlannedOutcome(delay, own);
        if (fate < Early + Lost + Late + Twice)
        {
            yield return new PlannedOutcome(delay + SecondDelay, own);
        }
    }

    /// <summary>What an output says that its outcome depends on; empty: on nothing.</summary>
    internal abstract string Said(JsonElement output);

    /// <summary>The field with the outcome of an example, as in JSON.</summary>
    protected abstract string OutcomeField(int number, string output);

    /// <summary>A feature of an example, from -1 to 1.</summary>
    protected double Feature(int number, int feature) => (2 * DrillNoise.Of(seed, number, (int)Chance.Feature + feature)) - 1;

    /// <summary>Chance of an outcome, from 0 to 1.</summary>
    protected double Noise(int number) => DrillNoise.Of(seed, number, (int)Chance.Noise);

    private static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"cell-{number % Keys}");

    private static long TimeOf(int number) => FirstTime + ((long)(number / Keys) * (number % 2 == 0 ? SlowStep : FastStep));

    /// <summary>Whether the outcome of an example is written long before it; the first ones have nobody before them who would.</summary>
    private bool ComesEarly(int number) => number >= Keys * EarlySteps && DrillNoise.Of(seed, number, (int)Chance.Fate) < Early;

    private OutputRecord Outcome(string id, int number, string output)
    {
        var key = KeyOf(number);
        var text = string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"id\":\"{id}\",\"time\":{TimeOf(number)},{OutcomeField(number, output)}}}");
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text));
    }

    [GeneratedRegex("\"id\":\"d-([0-9]{1,9})\"", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
