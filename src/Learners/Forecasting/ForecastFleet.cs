using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// The forecast learners of one bucket, one series for each key, stepped together. Single-threaded.
/// </summary>
/// <remarks>The outcome is that of one example after the other: it does not depend on how examples were cut into batches, nor on
/// which other keys live in the same fleet.</remarks>
public sealed class ForecastFleet(ForecastPlan plan)
{
    private const string Format = "forecast-fleet";

    private readonly FleetWorkspaces _workspaces = new();

    // The numbers of the current example: a counter's rate goes where its value was.
    private readonly double[] _observation = new double[1 + plan.Task.Features];

    private readonly Dictionary<byte[], ForecastSeries> _series = new(Utf8KeyComparer.Instance);

    // The keys in the order of their bytes; null: to be sorted again. Reports come in pages, keys seldom.
    private byte[][]? _sortedKeys;

    /// <summary>Number of keys.</summary>
    public int Keys => _series.Count;

    /// <summary>Numbers that a prediction has.</summary>
    public int PredictionWidth => plan.Task.PredictionWidth;

    /// <summary>Predicts, scores and learns the examples from row <paramref name="from"/> on, one after the other.</summary>
    /// <param name="examples">Rows in offset order; {value, features} of the task's number.</param>
    /// <param name="from">First row that is new.</param>
    /// <param name="predictions">Receives a row for each of them, from its row 0 on.</param>
    /// <exception cref="ArgumentException">The examples have another number of features, or there is not room for the predictions.</exception>
    public void Process(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        if (examples.Count > from && examples.Width != 1 + plan.Task.Features)
        {
            throw new ArgumentException($"Examples have {examples.Width} numbers; expected {1 + plan.Task.Features}: the value and the features.");
        }

        if (examples.Count > from && plan.Task.Counter is not null && examples.Readings.Length == 0)
        {
            throw new ArgumentException("Examples have no readings; expected those of a counter.");
        }

        if (predictions.Count < examples.Count - from || (predictions.Count > 0 && predictions.Width != PredictionWidth))
        {
            throw new ArgumentException(
                $"Room for {predictions.Count} x {predictions.Width} predictions; expected {examples.Count - from} x {PredictionWidth}.");
        }

        predictions.ClearEvents();
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var row = from; row < examples.Count; row++)
        {
            var key = examples.Key(row);
            if (examples.Kinds[row] == ExampleKind.Tombstone)
            {
                if (lookup.Remove(key))
                {
                    _sortedKeys = null;
                }

                predictions.Statuses[row - from] = ExampleStatus.Forgotten;
                predictions.ModelVersions[row - from] = 0;
                predictions.Row(row - from).Clear();
                continue;
            }

            examples.Row(row).CopyTo(_observation);
            var reading = plan.Task.Counter is null ? 0 : examples.Readings[row];
            var status = Step(lookup, key, examples.Times[row], reading, predictions, row - from);
            predictions.Statuses[row - from] = status;
            if (status != ExampleStatus.Predicted)
            {
                predictions.Row(row - from).Clear();
            }
        }
    }

    /// <summary>How each key's learners stand, in the order of the keys' bytes, from the <paramref name="skip"/>-th on.</summary>
    public IReadOnlyList<KeyReport> Report(int skip = 0, int take = int.MaxValue)
    {
        var keys = SortedKeys();
        return [.. keys.Skip(skip).Take(take).Select(key => _series[key].Report(key))];
    }

    /// <summary>Writes the state of all keys, in the order of their bytes.</summary>
    public void Save(IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        writer.WriteHeader(Format, 2, fields: 5);
        writer.Write(plan.Task.StepMilliseconds);
        writer.WriteArrayHeader(plan.Task.Horizons.Count);
        for (var h = 0; h < plan.Task.Horizons.Count; h++)
        {
            writer.Write(plan.Task.Horizons[h]);
        }

        writer.Write((byte)KindOf(plan.Task));
        writer.Write(ScaleOf(plan.Task));
        writer.WriteMapHeader(_series.Count);
        foreach (var key in SortedKeys())
        {
            writer.Write(key);
            _series[key].Save(ref writer);
        }

        writer.Flush();
    }

    /// <summary>A fleet with a state that <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">The state is of another version, of other learners or settings, or damaged.</exception>
    public static ForecastFleet Load(ForecastPlan plan, ReadOnlyMemory<byte> state)
    {
        try
        {
            var fleet = new ForecastFleet(plan);
            var reader = new MessagePackReader(state);
            reader.ReadHeader(Format, 2, fields: 5);
            RefuseOtherTask(plan.Task, ref reader);
            var keys = reader.ReadMapHeader();
            for (var i = 0; i < keys; i++)
            {
                var key = reader.ReadBytes()?.ToArray() ?? throw new StateFormatException("Stored state has a series without a key.");
                var series = new ForecastSeries(plan, key, fleet._workspaces);
                series.Load(ref reader);
                fleet._series.Add(key, series);
            }

            StateFormat.Require(reader.End, "it goes on after its end");
            return fleet;
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }
    }

    /// <summary>Forecasts wait for targets some steps ahead: with other steps or horizons they would be scored against wrong ones.</summary>
    private static void RefuseOtherTask(ForecastTask task, ref MessagePackReader reader)
    {
        var step = reader.ReadInt64();
        var horizons = new int[reader.ReadArrayHeader()];
        for (var h = 0; h < horizons.Length; h++)
        {
            horizons[h] = reader.ReadInt32();
        }

        if (step != task.StepMilliseconds || !horizons.SequenceEqual(task.Horizons))
        {
            throw new StateFormatException(
                $"Stored state has steps of {step} ms and horizons [{string.Join(", ", horizons)}]; " +
                $"expected {task.StepMilliseconds} ms and [{string.Join(", ", task.Horizons)}].");
        }

        var kind = (ValueKind)reader.ReadByte();
        var scale = reader.ReadDouble();
        if (kind != KindOf(task) || scale != ScaleOf(task))
        {
            throw new StateFormatException(FormattableString.Invariant(
                $"Stored state has values of kind {kind} and scale {scale}; expected {KindOf(task)} and {ScaleOf(task)}."));
        }
    }

    private static ValueKind KindOf(ForecastTask task) => task.Counter?.Kind ?? ValueKind.Gauge;

    private static double ScaleOf(ForecastTask task) => task.Counter?.Scale ?? 1;

    private ExampleStatus Step(
        Dictionary<byte[], ForecastSeries>.AlternateLookup<ReadOnlySpan<byte>> lookup,
        ReadOnlySpan<byte> key, long time, ulong reading, PredictionBatch predictions, int row)
    {
        predictions.ModelVersions[row] = 0;
        if (!TensorPrimitives.IsFiniteAll<double>(_observation))
        {
            return ExampleStatus.NotFinite;
        }

        if (!lookup.TryGetValue(key, out var series))
        {
            if (_series.Count >= plan.MaxKeys)
            {
                return ExampleStatus.TooManyKeys;
            }

            series = new ForecastSeries(plan, key, _workspaces);
            lookup[key] = series;
            _sortedKeys = null;
        }

        var status = series.Step(time, _observation, reading, predictions, row);
        predictions.ModelVersions[row] = series.Records;
        return status;
    }

    private byte[][] SortedKeys()
    {
        if (_sortedKeys is null)
        {
            _sortedKeys = [.. _series.Keys];
            Array.Sort(_sortedKeys, Utf8KeyComparer.Instance);
        }

        return _sortedKeys;
    }

    /// <summary>Keys by their bytes, looked up without making an array.</summary>
    private sealed class Utf8KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>, IComparer<byte[]>
    {
        internal static readonly Utf8KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
