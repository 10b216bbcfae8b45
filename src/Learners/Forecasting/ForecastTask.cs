using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Forecasting;

/// <summary>The task <c>forecast</c>: what is to be said of each series, and how it is scored.</summary>
public sealed record ForecastTask
{
    /// <summary>How configuration names it.</summary>
    public const string Name = "forecast";

    /// <summary>The most steps ahead that a horizon may lie.</summary>
    public const int MaxHorizon = 10_000;

    /// <summary>How many steps ahead each forecast lies; ascending. Default 1, 3 and 12.</summary>
    public IReadOnlyList<int> Horizons { get; init; } = [1, 3, 12];

    /// <summary>
    /// Milliseconds of event time in a step; a record belongs to the step nearest to its time, and steps without a record
    /// are known as missing. 0: every record of a key is one step, whatever its time.
    /// </summary>
    public long StepMilliseconds { get; init; }

    /// <summary>How many features accompany each value.</summary>
    public int Features { get; init; }

    /// <summary>Share of the targets that the interval [lo, hi] of a forecast is to contain. Default 0.9.</summary>
    public double Coverage { get; init; } = 0.9;

    /// <summary>Where the value of a record is a counter: how its rate is computed, which is what is learned. Null: the value is learned
    /// itself.</summary>
    public CounterOptions? Counter { get; init; }

    /// <summary>What becomes of late records. Default: as <see cref="OutOfOrder.Auto"/> says.</summary>
    public OutOfOrder OutOfOrder { get; init; }

    /// <summary>How scores are kept.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    /// <summary>The same, without <see cref="OutOfOrder.Auto"/>.</summary>
    public OutOfOrder LateRecords =>
        OutOfOrder != OutOfOrder.Auto ? OutOfOrder : StepMilliseconds > 0 ? OutOfOrder.DeadLetter : OutOfOrder.Learn;

    /// <summary>The furthest horizon.</summary>
    public int FurthestHorizon => Horizons[^1];

    /// <summary>Numbers that a prediction has: {value, lo, hi} for each horizon.</summary>
    public int PredictionWidth => 3 * Horizons.Count;

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="OptionException">One of them cannot be used.</exception>
    public ForecastTask Validate(string path = "task")
    {
        var ascending = Horizons.Count is > 0 and <= 64 && Horizons[0] >= 1 && Horizons[^1] <= MaxHorizon;
        for (var i = 1; ascending && i < Horizons.Count; i++)
        {
            ascending = Horizons[i] > Horizons[i - 1];
        }

        if (!ascending)
        {
            throw new OptionException(
                $"{path}.horizons", $"[{string.Join(", ", Horizons)}]", $"1 to 64 ascending whole numbers from 1 to {MaxHorizon}, in steps");
        }

        if (StepMilliseconds < 0)
        {
            throw new OptionException($"{path}.step", $"{StepMilliseconds} ms", "a duration, or 0s for a step with each record");
        }

        if (Coverage is not (> 0 and < 1))
        {
            throw new OptionException($"{path}.coverage", FormattableString.Invariant($"{Coverage}"), "a number between 0 and 1");
        }

        if (OutOfOrder == OutOfOrder.Learn && StepMilliseconds > 0)
        {
            throw new OptionException(
                $"{path}.out-of-order", "learn", "auto, dead-letter or drop where there is a step, for a step has one value");
        }

        Counter?.Validate("source");
        Scoring.Validate(path + ".scoring");
        return this;
    }
}
