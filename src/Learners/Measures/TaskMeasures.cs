using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Measures;

/// <summary>
/// How the learners of some keys stand, added up: cheap to take, without digests, and the same size for one key as for many. Of keys whose learners are in
/// memory. Not thread-safe.
/// </summary>
/// <remarks>A measure is added in one place, the subclass: its row in <c>All</c>, its sum, its value. Catalogue, points and instruments follow.</remarks>
public abstract class TaskMeasures
{
    private static readonly Measure RecordCount = Measure.Count(
        "records", "{record}", MeasureScope.Pipeline, "records that they have taken in, since the key's first one");

    private static readonly Measure KeyCount = Measure.Count(
        "keys", "{key}", MeasureScope.Pipeline, "keys whose learners are in memory: what the other fields are of");

    private static readonly Measure EventTime = new("event_time", "s", MeasureScope.Pipeline, "latest event time, since 1970");

    private static readonly Measure RefusedCount = Measure.Count(
        "refused_updates", "{update}", MeasureScope.Learner, "updates undone because a number would not have stayed finite");

    private static readonly Measure RecoveryCount = Measure.Count("recoveries", "{return}", MeasureScope.Learner, "returns to the last good state");

    private readonly long[] _refused;
    private readonly long[] _recoveries;
    private long _time = long.MinValue;

    private protected TaskMeasures(int learners)
    {
        _refused = new long[learners];
        _recoveries = new long[learners];
    }

    /// <summary>The tasks that there are measures of.</summary>
    public static IReadOnlyList<string> Tasks { get; } =
        [ForecastTask.Name, BanditTask.Name, SupervisedTask.Classify, SupervisedTask.Regress, LanguageTask.Name];

    /// <summary>What all tasks have.</summary>
    private protected static IReadOnlyList<Measure> Common => [KeyCount, RecordCount, EventTime, RefusedCount, RecoveryCount];

    /// <summary>Keys that are in it.</summary>
    public long Keys { get; private set; }

    /// <summary>Records that these have taken in.</summary>
    public long Records { get; private set; }

    /// <summary>What there is to be measured of a task.</summary>
    public static IReadOnlyList<Measure> Of(string task) => task switch
    {
        ForecastTask.Name => ForecastMeasures.All,
        BanditTask.Name => BanditMeasures.All,
        LanguageTask.Name => LanguageMeasures.All,
        SupervisedTask.Classify => SupervisedMeasures.OfClasses,
        SupervisedTask.Regress => SupervisedMeasures.OfNumbers,
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, $"Expected one of {string.Join(", ", Tasks)}."),
    };

    /// <summary>Adds those of other keys, of the same plan.</summary>
    public void Add(TaskMeasures other)
    {
        Keys += other.Keys;
        Records += other.Records;
        _time = Math.Max(_time, other._time);
        for (var i = 0; i < _refused.Length; i++)
        {
            _refused[i] += other._refused[i];
            _recoveries[i] += other._recoveries[i];
        }

        AddTask(other);
    }

    /// <summary>All values; NaN where there is none yet.</summary>
    public IEnumerable<MeasuredValue> Values()
    {
        yield return new MeasuredValue(KeyCount, 0, 0, Keys);
        yield return new MeasuredValue(RecordCount, 0, 0, Records);
        yield return new MeasuredValue(EventTime, 0, 0, Records == 0 ? double.NaN : _time / 1000.0);
        for (var i = 0; i < _refused.Length; i++)
        {
            yield return new MeasuredValue(RefusedCount, i, 0, _refused[i]);
            yield return new MeasuredValue(RecoveryCount, i, 0, _recoveries[i]);
        }

        foreach (var value in TaskValues())
        {
            yield return value;
        }
    }

    /// <summary>Adds what the learners of every task have.</summary>
    internal void AddKey(long records, long time, ReadOnlySpan<LearnerHealth> health)
    {
        Keys++;
        Records += records;
        _time = records == 0 ? _time : Math.Max(_time, time);
        for (var i = 0; i < health.Length; i++)
        {
            _refused[i] += health[i].Refused;
            _recoveries[i] += health[i].Recoveries;
        }
    }

    private protected abstract void AddTask(TaskMeasures other);

    private protected abstract IEnumerable<MeasuredValue> TaskValues();
}
