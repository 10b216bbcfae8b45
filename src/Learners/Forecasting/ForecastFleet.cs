using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// The forecast learners of one bucket, one series for each key, stepped together. Single-threaded.
/// </summary>
/// <remarks>The outcome is that of one example after the other: it does not depend on how examples were cut into batches, nor on
/// which other keys live in the same fleet, but for a full one: there a new key takes the place of the one that has been idle
/// longest.</remarks>
public sealed class ForecastFleet
{
    private const string Format = "forecast-key";

    private readonly ForecastPlan _plan;
    private readonly int _maxKeys;
    private readonly FleetWorkspaces _workspaces = new();

    // The numbers of the current example: a counter's rate goes where its value was.
    private readonly double[] _observation;

    private readonly Dictionary<byte[], KeyedSeries> _series = new(Utf8KeyComparer.Instance);
    private readonly UseOrder _order = new();

    // Keys that are not as they were when the changes were last taken, those that are gone included.
    private readonly HashSet<byte[]> _changed = new(Utf8KeyComparer.Instance);

    // How often they have been taken.
    private long _taken;

    // The keys in the order of their bytes; null: to be sorted again. Reports come in pages, keys seldom.
    private byte[][]? _sortedKeys;

    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    public ForecastFleet(ForecastPlan plan, int maxKeys)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        _plan = plan;
        _maxKeys = maxKeys;
        _observation = new double[1 + plan.Task.Features];
    }

    /// <summary>Number of keys.</summary>
    public int Keys => _series.Count;

    /// <summary>Numbers that a prediction has.</summary>
    public int PredictionWidth => _plan.Task.PredictionWidth;

    private Dictionary<byte[], KeyedSeries>.AlternateLookup<ReadOnlySpan<byte>> Lookup =>
        _series.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Predicts, scores and learns the examples from row <paramref name="from"/> on, one after the other.</summary>
    /// <param name="examples">Rows in offset order; {value, features} of the task's number.</param>
    /// <param name="from">First row that is new.</param>
    /// <param name="predictions">Receives a row for each of them, from its row 0 on.</param>
    /// <exception cref="ArgumentException">The examples have another number of features, or there is not room for the
    /// predictions.</exception>
    public void Process(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        if (examples.Count > from && examples.Width != 1 + _plan.Task.Features)
        {
            throw new ArgumentException(
                $"Examples have {examples.Width} numbers; expected {1 + _plan.Task.Features}: the value and the features.");
        }

        if (examples.Count > from && _plan.Task.Counter is not null && examples.Readings.Length == 0)
        {
            throw new ArgumentException("Examples have no readings; expected those of a counter.");
        }

        if (predictions.Count < examples.Count - from || (predictions.Count > 0 && predictions.Width != PredictionWidth))
        {
            throw new ArgumentException(
                $"Room for {predictions.Count} x {predictions.Width} predictions; expected {examples.Count - from} x {PredictionWidth}.");
        }

        predictions.ClearEvents();
        if (examples.Count > from)
        {
            // State that was made with a higher limit.
            MakeRoom(_maxKeys, predictions, 0);
        }

        var lookup = Lookup;
        for (var row = from; row < examples.Count; row++)
        {
            var key = examples.Key(row);
            if (examples.Kinds[row] == ExampleKind.Repeat)
            {
                predictions.Statuses[row - from] = ExampleStatus.Repeated;
                predictions.ModelVersions[row - from] = 0;
                predictions.Row(row - from).Clear();
                continue;
            }

            if (examples.Kinds[row] == ExampleKind.Tombstone)
            {
                if (lookup.TryGetValue(key, out var forgotten))
                {
                    Forget(forgotten);
                }

                predictions.Statuses[row - from] = ExampleStatus.Forgotten;
                predictions.ModelVersions[row - from] = 0;
                predictions.Row(row - from).Clear();
                continue;
            }

            var status = Step(lookup, examples, row, predictions, row - from);
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
        return [.. keys.Skip(skip).Take(take).Select(key => _series[key].Series.Report(key))];
    }

    /// <summary>
    /// The weights of a key's learners that have networks, under the learner's kind; a second learner of a kind is <c>kind-2</c>. None
    /// where no learner has one.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public IReadOnlyList<NetworkWeights> Weights(ReadOnlySpan<byte> key)
    {
        var kinds = _plan.Learners.Select(learner => learner.Registration.Kind).ToArray();
        return [.. Lookup[key].Series.Weights(NameOf)];

        string NameOf(int learner)
        {
            var before = kinds[..learner].Count(kind => kind == kinds[learner]);
            return before == 0 ? kinds[learner] : $"{kinds[learner]}-{before + 1}";
        }
    }

    /// <summary>Whether there is the key; one that was forgotten or has made room is not there.</summary>
    public bool Contains(ReadOnlySpan<byte> key) => Lookup.ContainsKey(key);

    /// <summary>
    /// The keys whose state has changed since the last call, those that are gone included, in the order of their bytes; they then
    /// count as unchanged.
    /// </summary>
    public IReadOnlyList<byte[]> TakeChanges()
    {
        byte[][] changed = [.. _changed];
        Array.Sort(changed, Utf8KeyComparer.Instance);
        _changed.Clear();
        _taken++;
        return changed;
    }

    /// <summary>Counts keys as changed that <see cref="TakeChanges"/> has brought: they could not be stored.</summary>
    public void ReturnChanges(IReadOnlyList<byte[]> keys) => _changed.UnionWith(keys);

    /// <summary>Writes one key's whole state, versioned.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    public void SaveKey(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        var keyed = Lookup[key];
        var task = _plan.Task;
        var writer = new MessagePackWriter(destination);
        writer.WriteHeader(Format, 1, fields: 6);
        writer.Write(task.StepMilliseconds);
        writer.WriteArrayHeader(task.Horizons.Count);
        for (var h = 0; h < task.Horizons.Count; h++)
        {
            writer.Write(task.Horizons[h]);
        }

        writer.Write((byte)KindOf(task));
        writer.Write(ScaleOf(task));

        // Always as long: a state does not grow with the age of its key.
        writer.WriteInt64(keyed.LastUse);
        keyed.Series.Save(ref writer);
        writer.Flush();
    }

    /// <summary>
    /// Gives a key, new or not, the state that <see cref="SaveKey"/> has written, its place in the order of use included. It is no
    /// change. Loaded keys may be more than the fleet may hold: the next new key makes the room.
    /// </summary>
    /// <exception cref="StateFormatException">The state is of another version, of other learners or settings, or damaged. Nothing has
    /// changed.</exception>
    public void LoadKey(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var keyed = new KeyedSeries(key.ToArray(), new ForecastSeries(_plan, key, _workspaces));
        try
        {
            var reader = new MessagePackReader(state);
            reader.ReadHeader(Format, 1, fields: 6);
            RefuseOtherTask(_plan.Task, ref reader);
            keyed.LastUse = reader.ReadInt64();
            keyed.Series.Load(ref reader);
            StateFormat.Require(reader.End, "it goes on after its end");
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }

        if (_series.Remove(keyed.Key, out var replaced))
        {
            _order.Remove(replaced);
        }

        _series.Add(keyed.Key, keyed);
        _order.AddLoaded(keyed);
        _sortedKeys = null;
    }

    /// <summary>Forecasts wait for targets some steps ahead: with other steps or horizons they would be scored against wrong
    /// ones.</summary>
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
        Dictionary<byte[], KeyedSeries>.AlternateLookup<ReadOnlySpan<byte>> lookup, ExampleBatch examples, int row,
        PredictionBatch predictions, int to)
    {
        examples.Row(row).CopyTo(_observation);
        predictions.ModelVersions[to] = 0;
        if (!TensorPrimitives.IsFiniteAll<double>(_observation))
        {
            return ExampleStatus.NotFinite;
        }

        var key = examples.Key(row);
        if (!lookup.TryGetValue(key, out var keyed))
        {
            keyed = Begin(key, predictions, to);
        }

        var reading = _plan.Task.Counter is null ? 0 : examples.Readings[row];
        var status = keyed.Series.Step(examples.Times[row], _observation, reading, predictions, to);
        predictions.ModelVersions[to] = keyed.Series.Records;

        // A record that is refused as late has changed nothing, and is no use.
        if (status != ExampleStatus.TimeNotIncreasing)
        {
            keyed.LastUse = examples.Offsets[row];
            _order.MoveToEnd(keyed);
            MarkChanged(keyed);
        }

        return status;
    }

    private KeyedSeries Begin(ReadOnlySpan<byte> key, PredictionBatch predictions, int row)
    {
        MakeRoom(_maxKeys - 1, predictions, row);
        var keyed = new KeyedSeries(key.ToArray(), new ForecastSeries(_plan, key, _workspaces));
        _series.Add(keyed.Key, keyed);
        _order.Append(keyed);
        _sortedKeys = null;
        return keyed;
    }

    private void MakeRoom(int keys, PredictionBatch predictions, int row)
    {
        while (_series.Count > keys)
        {
            Forget(_order.IdleLongest);
            predictions.AddEviction(row);
        }
    }

    private void Forget(KeyedSeries keyed)
    {
        _series.Remove(keyed.Key);
        _order.Remove(keyed);
        _sortedKeys = null;
        MarkChanged(keyed);
    }

    private void MarkChanged(KeyedSeries keyed)
    {
        if (keyed.MarkedIn != _taken)
        {
            keyed.MarkedIn = _taken;
            _changed.Add(keyed.Key);
        }
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
