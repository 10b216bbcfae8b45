using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Learners.Examples;

/// <summary>What a fleet answers to an <see cref="ExampleBatch"/>: one row for each example, in the same order.</summary>
[MessagePackObject]
public sealed class PredictionBatch
{
    /// <summary>No predictions.</summary>
    public static readonly PredictionBatch Empty = new([], [], [], 0);

    private readonly List<DriftAlarm> _driftAlarms;
    private readonly List<AlertEvent> _alerts;
    private readonly List<int> _evictions;
    private readonly List<Recovery> _recoveries;
    private readonly List<DueContribution> _contributions;

    // More room than there are numbers, as long as rows are added.
    private double[] _lists;
    private int _listed;
    private byte[] _texts;
    private int _texted;

    public PredictionBatch(
        ExampleStatus[] statuses, long[] modelVersions, double[] values, int width,
        IReadOnlyList<DriftAlarm>? driftAlarms = null, IReadOnlyList<AlertEvent>? alerts = null,
        IReadOnlyList<int>? evictions = null, IReadOnlyList<Recovery>? recoveries = null, int[]? listEnds = null, double[]? lists = null,
        IReadOnlyList<DueContribution>? contributions = null, int[]? textEnds = null, byte[]? texts = null)
    {
        if (modelVersions.Length != statuses.Length || values.Length != statuses.Length * width)
        {
            throw new ArgumentException(
                $"Columns of unequal length: {statuses.Length} statuses, {modelVersions.Length} versions, {values.Length} numbers; " +
                $"expected {statuses.Length} of each and {statuses.Length} x {width} numbers.");
        }

        listEnds ??= [];
        lists ??= [];
        textEnds ??= [];
        texts ??= [];
        RequireEnds("list", listEnds, lists.Length, statuses.Length);
        RequireEnds("text", textEnds, texts.Length, statuses.Length);
        Statuses = statuses;
        ModelVersions = modelVersions;
        Values = values;
        Width = width;
        _driftAlarms = [.. driftAlarms ?? []];
        _alerts = [.. alerts ?? []];
        _evictions = [.. evictions ?? []];
        _recoveries = [.. recoveries ?? []];
        _contributions = [.. contributions ?? []];
        ListEnds = listEnds;
        _lists = lists;
        _listed = lists.Length;
        TextEnds = textEnds;
        _texts = texts;
        _texted = texts.Length;
    }

    /// <summary>What became of each example.</summary>
    [Key(0)]
    public ExampleStatus[] Statuses { get; }

    /// <summary>How many examples the model that predicted had learned from.</summary>
    [Key(1)]
    public long[] ModelVersions { get; }

    /// <summary>The predictions, row-major, <see cref="Count"/> x <see cref="Width"/>; zero where an example was not predicted.</summary>
    [Key(2)]
    public double[] Values { get; }

    /// <summary>Numbers per row; for forecasts {value, lo, hi} for each horizon.</summary>
    [Key(3)]
    public int Width { get; }

    /// <summary>What drift detectors have found, by ascending row.</summary>
    [Key(4)]
    public IReadOnlyList<DriftAlarm> DriftAlarms => _driftAlarms;

    /// <summary>Alerts that were raised or cleared, by ascending row.</summary>
    [Key(5)]
    public IReadOnlyList<AlertEvent> Alerts => _alerts;

    /// <summary>Rows whose new key took the place of one that was idle longest, by ascending row; as often as it took one.</summary>
    [Key(6)]
    public IReadOnlyList<int> Evictions => _evictions;

    /// <summary>Learners that returned to their last good state, by ascending row.</summary>
    [Key(7)]
    public IReadOnlyList<Recovery> Recoveries => _recoveries;

    /// <summary>Where predictions have as many numbers as each needs (<see cref="Width"/> is 0): where each row's end in <see cref="Lists"/>;
    /// else empty.</summary>
    [Key(8)]
    public int[] ListEnds { get; }

    /// <summary>Their numbers, one row after the other.</summary>
    [Key(9)]
    public double[] Lists => _listed == _lists.Length ? _lists : _lists[.._listed];

    /// <summary>What a replica contributes to the average of all, by ascending row.</summary>
    [Key(10)]
    public IReadOnlyList<DueContribution> Contributions => _contributions;

    /// <summary>Where predictions have more than numbers: where each row's bytes end in <see cref="Texts"/>; else empty.</summary>
    [Key(11)]
    public int[] TextEnds { get; private set; }

    /// <summary>Their bytes, in the form of the task, one row after the other: of classes that come with their labels, of each class the length of its
    /// label (2 bytes, little-endian) and the label in UTF-8.</summary>
    [Key(12)]
    public byte[] Texts => _texted == _texts.Length ? _texts : _texts[.._texted];

    /// <summary>Number of rows.</summary>
    [IgnoreMember]
    public int Count => Statuses.Length;

    /// <summary>Room for the predictions on <paramref name="count"/> examples.</summary>
    public static PredictionBatch Allocate(int count, int width) =>
        count == 0
            ? Empty
            : new PredictionBatch(
                new ExampleStatus[count], new long[count], new double[count * width], width, listEnds: width == 0 ? new int[count] : null);

    /// <summary>The numbers of a row where each has as many as it needs.</summary>
    public ReadOnlySpan<double> List(int row)
    {
        if (ListEnds.Length == 0)
        {
            return [];
        }

        var start = row == 0 ? 0 : ListEnds[row - 1];
        return _lists.AsSpan(start, ListEnds[row] - start);
    }

    /// <summary>What the prediction of a row has besides numbers; empty where it has nothing.</summary>
    public ReadOnlySpan<byte> Text(int row)
    {
        if (TextEnds.Length == 0)
        {
            return [];
        }

        var start = row == 0 ? 0 : TextEnds[row - 1];
        return _texts.AsSpan(start, TextEnds[row] - start);
    }

    /// <summary>The numbers of a row.</summary>
    public Span<double> Row(int row) => Values.AsSpan(row * Width, Width);

    /// <summary>Takes over a row of another batch, with its events. Rows are taken over in their order.</summary>
    public void CopyRow(PredictionBatch source, int from, int to)
    {
        Statuses[to] = source.Statuses[from];
        ModelVersions[to] = source.ModelVersions[from];
        source.Row(from).CopyTo(Row(to));
        source.List(from).CopyTo(AddList(source.List(from).Length));
        if (source.Text(from) is { IsEmpty: false } text)
        {
            text.CopyTo(AddText(text.Length));
        }

        EndRow(to);
        _driftAlarms.AddRange(source._driftAlarms.Where(alarm => alarm.Row == from).Select(alarm => alarm with { Row = to }));
        _alerts.AddRange(source._alerts.Where(alert => alert.Row == from).Select(alert => alert with { Row = to }));
        _evictions.AddRange(source._evictions.Where(row => row == from).Select(_ => to));
        _recoveries.AddRange(source._recoveries.Where(recovery => recovery.Row == from).Select(recovery => recovery with { Row = to }));
        _contributions.AddRange(source._contributions.Where(contribution => contribution.Row == from).Select(contribution => contribution with { Row = to }));
    }

    internal void Add(DriftAlarm alarm) => _driftAlarms.Add(alarm);

    internal void Add(AlertEvent alert) => _alerts.Add(alert);

    internal void Add(Recovery recovery) => _recoveries.Add(recovery);

    internal void Add(DueContribution contribution) => _contributions.Add(contribution);

    internal void AddEviction(int row) => _evictions.Add(row);

    /// <summary>Room for numbers of the list of the row that is being filled.</summary>
    internal Span<double> AddList(int count)
    {
        if (_listed + count > _lists.Length)
        {
            Array.Resize(ref _lists, Math.Max(_listed + count, _lists.Length * 2));
        }

        _listed += count;
        return _lists.AsSpan(_listed - count, count);
    }

    /// <summary>Room for bytes of the row that is being filled.</summary>
    internal Span<byte> AddText(int count)
    {
        if (TextEnds.Length == 0)
        {
            TextEnds = new int[Count];
        }

        if (_texted + count > _texts.Length)
        {
            Array.Resize(ref _texts, Math.Max(_texted + count, _texts.Length * 2));
        }

        _texted += count;
        return _texts.AsSpan(_texted - count, count);
    }

    /// <summary>The row is filled: what comes now belongs to the next.</summary>
    internal void EndRow(int row)
    {
        if (ListEnds.Length > 0)
        {
            ListEnds[row] = _listed;
        }

        if (TextEnds.Length > 0)
        {
            TextEnds[row] = _texted;
        }
    }

    /// <summary>Forgets lists, texts and events: the batch is filled anew, from its first row on.</summary>
    internal void Begin()
    {
        _listed = 0;
        _texted = 0;
        if (TextEnds.Length > 0)
        {
            Array.Clear(TextEnds);
        }

        if (_driftAlarms.Count + _alerts.Count + _evictions.Count + _recoveries.Count + _contributions.Count > 0)
        {
            _driftAlarms.Clear();
            _alerts.Clear();
            _evictions.Clear();
            _recoveries.Clear();
            _contributions.Clear();
        }
    }

    private static void RequireEnds(string what, int[] ends, int length, int rows)
    {
        if (ends.Length > 0 && (ends.Length != rows || ends[^1] > length))
        {
            throw new ArgumentException($"{ends.Length} {what}s within {length}; expected {rows}, or none.");
        }

        for (var row = 0; row < ends.Length; row++)
        {
            if (ends[row] < (row == 0 ? 0 : ends[row - 1]))
            {
                throw new ArgumentException($"The {what} of row {row} ends at {ends[row]}, before it starts.");
            }
        }
    }
}
