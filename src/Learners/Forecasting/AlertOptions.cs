using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Forecasting;

/// <summary>When a series is said to be about to become too large: alerts of a pipeline.</summary>
public sealed record AlertOptions
{
    /// <summary>Share of the capacity that the value should not be above. Default 0.8.</summary>
    public double Above { get; init; } = 0.8;

    /// <summary>Capacity, in the value's unit, of keys that are not in <see cref="Capacities"/>; 0: none, and no alerts. Default
    /// 0.</summary>
    public double Capacity { get; init; }

    /// <summary>Capacities of single keys; 0: none, and no alerts.</summary>
    public IReadOnlyDictionary<string, double> Capacities { get; init; } = new Dictionary<string, double>();

    /// <summary>An alert is raised when the value will be above with at least this probability. Default 0.5.</summary>
    public double Probability { get; init; } = 0.5;

    /// <summary>How many steps ahead is looked: horizons of the task up to there. 0: all of them. Default 0.</summary>
    public int Within { get; init; }

    /// <summary>Whether any key can have an alert.</summary>
    public bool Enabled => Capacity > 0 || Capacities.Values.Any(capacity => capacity > 0);

    /// <summary>The value that a key should not be above; null where it has no capacity.</summary>
    public double? ThresholdOf(string key) =>
        (Capacities.TryGetValue(key, out var own) ? own : Capacity) is var capacity and > 0 ? Above * capacity : null;

    /// <summary>The task's horizons that are looked at, in steps.</summary>
    public IReadOnlyList<int> HorizonsOf(ForecastTask task) =>
        Within == 0 ? task.Horizons : [.. task.Horizons.Where(horizon => horizon <= Within)];

    /// <summary>Checks the settings against each other and the task.</summary>
    /// <exception cref="OptionException">One of them cannot be used.</exception>
    public AlertOptions Validate(ForecastTask task, string path = "alerts")
    {
        Require(double.IsFinite(Above) && Above > 0, "above", Above, "a share of the capacity above 0");
        Require(Usable(Capacity), "capacity", Capacity, "a capacity, or 0 for none");
        Require(Probability is > 0 and < 1, "probability", Probability, "a number between 0 and 1");
        foreach (var (key, capacity) in Capacities)
        {
            Require(Usable(capacity), $"capacities.\"{key}\"", capacity, "a capacity, or 0 for none");
        }

        Require(
            Within >= 0 && HorizonsOf(task).Count > 0, "within", Within,
            $"all, or at least the first horizon, {task.Horizons[0]} steps: "
            + "as a number of steps, or as a duration where the task has a step");
        return this;

        bool Usable(double capacity) => capacity >= 0 && double.IsFinite(capacity * Above);

        void Require(bool holds, string name, double actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}
