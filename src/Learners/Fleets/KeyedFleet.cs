using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MessagePack;
using StreamLearn.Learners.Control;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Measures;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Fleets;

/// <summary>What fleets of all tasks have in common: keys that come, go, make room and are stored. What a record does to the learners of
/// its key is the subclass's.</summary>
public abstract class KeyedFleet : ILearnerFleet
{
    // Of a key; longer ones are rare.
    private const int MostLetters = 512;

    private readonly LearnerPlan _plan;
    private readonly int _maxKeys;
    private readonly Dictionary<byte[], Entry> _keys = new(Utf8KeyComparer.Instance);

    // Of the keys that were used since their learners were last let go or loaded, and of the others: those have been idle longer than any of these, for
    // who is idle longest is let go first. So a key that comes back and is not used has its place, and nothing is ever sorted but what was loaded so.
    private readonly UseOrder _order = new();
    private readonly UseOrder _idle = new();

    // Idle keys whose learners are back.
    private readonly HashSet<Entry> _woken = [];

    // Of the state that was written or loaded last.
    private int _likelyBytes;

    // Whose learners learn no more.
    private readonly FrozenKeys _frozen = new();

    // Keys that are not as they were when the changes were last taken, those that are gone included.
    private readonly HashSet<byte[]> _changed = new(Utf8KeyComparer.Instance);

    // How often they have been taken.
    private long _taken;

    // The keys in the order of their bytes; null: to be sorted again. Reports come in pages, keys seldom.
    private byte[][]? _sortedKeys;

    private protected KeyedFleet(LearnerPlan plan, int maxKeys, FleetPlace? place)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKeys, 1);
        _plan = plan;
        _maxKeys = maxKeys;
        Workspaces = new FleetWorkspaces(place);
    }

    /// <inheritdoc/>
    public int Keys => _keys.Count;

    /// <inheritdoc/>
    public int PassiveKeys { get; private set; }

    /// <inheritdoc/>
    public long ResidentBytes { get; private set; }

    /// <inheritdoc/>
    public abstract int PredictionWidth { get; }

    /// <summary>Whether a further key would take the place of one.</summary>
    private protected bool IsFull => _keys.Count >= _maxKeys;

    /// <summary>What the learners share.</summary>
    private protected FleetWorkspaces Workspaces { get; }

    private Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> Lookup => _keys.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <inheritdoc/>
    public void Process(ExampleBatch examples, int from, PredictionBatch predictions)
    {
        if (examples.Count > from)
        {
            RequireForm(examples);
        }

        if (predictions.Count < examples.Count - from || (predictions.Count > 0 && predictions.Width != PredictionWidth))
        {
            throw new ArgumentException(
                $"Room for {predictions.Count} x {predictions.Width} predictions; expected {examples.Count - from} x {PredictionWidth}.");
        }

        predictions.Begin();
        if (examples.Count > from)
        {
            // State that was made with a higher limit.
            MakeRoom(_maxKeys, predictions, 0);
        }

        var lookup = Lookup;
        for (var row = from; row < examples.Count; row++)
        {
            var to = row - from;
            predictions.ModelVersions[to] = 0;
            var status = examples.Kinds[row] switch
            {
                ExampleKind.Repeat => ExampleStatus.Repeated,
                // A replica that forgot what all have in common would never agree with the others again.
                ExampleKind.Tombstone => _plan.Replicas is null ? Forget(lookup, examples.Key(row)) : ExampleStatus.Unusable,
                ExampleKind.Average => TakeAverage(lookup, examples, row, predictions, to),
                ExampleKind.Control => Hear(examples, row),
                _ => Step(lookup, examples, row, predictions, to),
            };
            predictions.Statuses[to] = status;
            if (status != ExampleStatus.Predicted)
            {
                predictions.Row(to).Clear();
            }

            predictions.EndRow(to);
        }
    }

    /// <inheritdoc/>
    public virtual IReadOnlyList<KeyReport> Report(int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null) =>
        [.. SortedKeys().Skip(skip).Take(take).Select(key => ReportOf(_keys[key], passive))];

    /// <inheritdoc/>
    public KeyReport? ReportOf(ReadOnlySpan<byte> key, IReadOnlyDictionary<byte[], byte[]>? passive = null) =>
        Lookup.TryGetValue(key, out var entry) ? ReportOf(entry, passive) : null;

    /// <inheritdoc/>
    public IReadOnlyList<KeyGlance> Glance(int skip, int take)
    {
        var keys = SortedKeys();
        var glances = new List<KeyGlance>();
        for (var i = Math.Min(skip, keys.Length); i < keys.Length && glances.Count < take; i++)
        {
            glances.Add(_keys[keys[i]].Learners?.Glance(keys[i]) ?? new KeyGlance(keys[i], IsResident: false, 0, 0, 0));
        }

        return glances;
    }

    /// <inheritdoc/>
    public Foresight Foresee(ExampleBatch examples, int row, IReadOnlyDictionary<byte[], byte[]>? passive = null)
    {
        RequireForm(examples);
        var frozen = _frozen.Contains(examples.Key(row));
        return Look(examples, row) is not ExampleStatus.Predicted and var refused
            ? Foresight.Refused(refused)
            : Ask(examples.Key(row), passive, learners => Foresee(learners, frozen, examples, row)) ?? Foresight.UnknownKey;
    }

    /// <inheritdoc/>
    public Foresight Recall(ReadOnlySpan<byte> key, IReadOnlyDictionary<byte[], byte[]>? passive = null) =>
        Ask(key, passive, learners => learners.Recall()) ?? Foresight.UnknownKey;

    /// <inheritdoc/>
    public FleetMeasures Measure(KeySelection keys)
    {
        var total = _plan.CreateMeasures();
        var top = new ChosenKeys<Entry>(keys.Top);
        var named = keys.Named.Count == 0 ? null : new HashSet<byte[]>(keys.Named, Utf8KeyComparer.Instance);
        var chosen = new List<KeyMeasures>();
        foreach (var key in SortedKeys())
        {
            if (_keys[key] is not { Learners: { } learners } entry)
            {
                continue;
            }

            learners.Measure(total);
            if (named?.Contains(key) == true)
            {
                chosen.Add(Alone(entry, isNamed: true, learners.Rank(keys.By)));
            }
            else if (keys.Top > 0)
            {
                top.Add(entry, learners.Rank(keys.By));
            }
        }

        chosen.AddRange(top.Take().Select(key => Alone(key.Key, isNamed: false, key.Rank)));
        return new FleetMeasures(total, chosen, PassiveKeys);
    }

    /// <inheritdoc/>
    public KeySearchResult Find(KeySearch search)
    {
        var matching = 0;
        var found = new List<Entry>();
        var first = new ChosenKeys<Entry>(search.Most);
        Span<char> letters = stackalloc char[MostLetters];
        foreach (var key in SortedKeys())
        {
            if (search.Text.Length > 0 && !Contains(key, search.Text, letters))
            {
                continue;
            }

            matching++;
            var entry = _keys[key];
            if (search.Order != KeyOrder.Name)
            {
                first.Add(entry, RankOf(entry, search.Order));
            }
            else if (found.Count < search.Most)
            {
                found.Add(entry);
            }
        }

        found.AddRange(first.Take().Select(chosen => chosen.Key));
        return new KeySearchResult(matching, [.. found.Select(entry => entry.Learners is { } learners
            ? learners.Stand(entry.Key, RankOf(entry, search.Order))
            : new KeyStanding(entry.Key, -1, 0, double.NaN, []))]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<KeyPoint> Recent(ReadOnlySpan<byte> key, int most) => Lookup.TryGetValue(key, out var entry) ? entry.Learners?.Recent(most) ?? [] : [];

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> PassiveAmong(int skip, int take) =>
        PassiveKeys == 0 ? [] : [.. SortedKeys().Skip(skip).Take(take).Where(key => _keys[key].Learners is null)];

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> PassiveAmong(IReadOnlyList<byte[]> keys) =>
        PassiveKeys == 0 ? [] : [.. keys.Where(key => _keys.TryGetValue(key, out var entry) && entry.Learners is null).Select(key => _keys[key].Key).Distinct()];

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> PassiveAmong(ExampleBatch examples, int from)
    {
        if (PassiveKeys == 0)
        {
            return [];
        }

        var found = new HashSet<byte[]>(Utf8KeyComparer.Instance);
        var lookup = Lookup;
        for (var row = from; row < examples.Count; row++)
        {
            if (examples.Kinds[row] is not (ExampleKind.Repeat or ExampleKind.Tombstone or ExampleKind.Control)
                && lookup.TryGetValue(examples.Key(row), out var entry) && entry.Learners is null)
            {
                found.Add(entry.Key);
            }
        }

        return [.. found];
    }

    /// <inheritdoc/>
    public void Wake(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var entry = Lookup[key];
        if (entry.Learners is null)
        {
            entry.Learners = Loaded(key, state).Learners;
            PassiveKeys--;
            ResidentBytes += entry.StateBytes;
            SetStateBytes(entry, state.Length);
            _woken.Add(entry);
        }
    }

    /// <inheritdoc/>
    public void Passivate(long bytes)
    {
        foreach (var entry in _woken)
        {
            if (bytes <= 0)
            {
                return;
            }

            _woken.Remove(entry);
            bytes -= LetGo(entry);
        }

        // Whatever was used after a key that has changed has changed too.
        while (bytes > 0 && _order.IdleLongest is Entry { IsStored: true } entry && !_changed.Contains(entry.Key))
        {
            _order.Remove(entry);
            AddIdle(entry);
            bytes -= LetGo(entry);
        }
    }

    /// <inheritdoc/>
    public void AddPassive(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var entry = new Entry(key.ToArray(), null) { LastUse = LastUseOf(state), StateBytes = state.Length, IsStored = true };
        _keys.Add(entry.Key, entry);
        AddIdle(entry);
        PassiveKeys++;
        _likelyBytes = state.Length;
        _sortedKeys = null;
    }

    /// <inheritdoc/>
    public long LastUseOf(ReadOnlyMemory<byte> state)
    {
        try
        {
            var reader = new MessagePackReader(state);
            return LoadLastUse(ref reader);
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NetworkWeights> Weights(ReadOnlySpan<byte> key)
    {
        return [.. Resident(Lookup[key]).Weights(_plan.NameOf)];
    }

    /// <inheritdoc/>
    public bool IsFrozen(ReadOnlySpan<byte> key) => _frozen.Contains(key);

    /// <inheritdoc/>
    public void SaveControls(ref MessagePackWriter writer) => _frozen.Save(ref writer);

    /// <inheritdoc/>
    public void LoadControls(ref MessagePackReader reader) => _frozen.Load(ref reader);

    /// <inheritdoc/>
    public bool Contains(ReadOnlySpan<byte> key) => Lookup.ContainsKey(key);

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> TakeChanges()
    {
        byte[][] changed = [.. _changed];
        Array.Sort(changed, Utf8KeyComparer.Instance);
        _changed.Clear();
        _taken++;
        return changed;
    }

    /// <inheritdoc/>
    public void ReturnChanges(IReadOnlyList<byte[]> keys) => _changed.UnionWith(keys);

    /// <inheritdoc/>
    public void SaveKey(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        var entry = Lookup[key];
        var writer = new MessagePackWriter(destination);
        SaveKey(Resident(entry), entry.LastUse, ref writer);
        writer.Flush();
    }

    /// <inheritdoc/>
    public void Saved(ReadOnlySpan<byte> key, int bytes) => SetStateBytes(Lookup[key], bytes);

    /// <inheritdoc/>
    public void LoadKey(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var (learners, lastUse) = Loaded(key, state);
        var entry = new Entry(key.ToArray(), learners) { LastUse = lastUse };
        if (_keys.Remove(entry.Key, out var replaced))
        {
            RemoveFromOrder(replaced);
            replaced.Learners?.Dispose();
        }

        _keys.Add(entry.Key, entry);
        SetStateBytes(entry, state.Length);
        _order.AddLoaded(entry);
        _sortedKeys = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _keys.Values)
        {
            RemoveFromOrder(entry);
            entry.Learners?.Dispose();
        }

        _keys.Clear();
        _changed.Clear();
        _sortedKeys = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Throws where the examples do not have the task's form.</summary>
    private protected abstract void RequireForm(ExampleBatch examples);

    /// <summary>Looks at a record before its key is looked up: <see cref="ExampleStatus.Predicted"/>, or why it is refused.</summary>
    private protected abstract ExampleStatus Look(ExampleBatch examples, int row);

    /// <summary>The learners of a new key.</summary>
    private protected abstract KeyLearners Create(ReadOnlySpan<byte> key);

    /// <summary>Whether the record that was looked at last can be its key's first; if not, what becomes of it.</summary>
    private protected virtual bool CanBegin(out ExampleStatus otherwise)
    {
        otherwise = default;
        return true;
    }

    /// <summary>Predicts, scores and learns the record that was looked at last.</summary>
    /// <param name="learners">Those of its key.</param>
    /// <param name="frozen">Whether they learn no more: then it is not learned.</param>
    /// <param name="examples">The batch that it is in.</param>
    /// <param name="row">Its row there.</param>
    /// <param name="predictions">Receives the prediction and what happened.</param>
    /// <param name="to">Row in them.</param>
    /// <param name="changed">Whether it has changed anything.</param>
    private protected abstract ExampleStatus Step(
        KeyLearners learners, bool frozen, ExampleBatch examples, int row, PredictionBatch predictions, int to, out bool changed);

    /// <summary>What its learners would answer to the record that was looked at last. They stay as they are.</summary>
    private protected abstract Foresight Foresee(KeyLearners learners, bool frozen, ExampleBatch examples, int row);

    /// <summary>Writes the state of a key, with its last use.</summary>
    private protected abstract void SaveKey(KeyLearners learners, long lastUse, ref MessagePackWriter writer);

    /// <summary>Reads it up to the last use, and returns that.</summary>
    private protected abstract long LoadLastUse(ref MessagePackReader reader);

    private (KeyLearners Learners, long LastUse) Loaded(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> state)
    {
        var learners = Create(key);
        try
        {
            var reader = new MessagePackReader(state);
            var lastUse = LoadLastUse(ref reader);
            learners.Load(ref reader);
            StateFormat.Require(reader.End, "it goes on after its end");
            return (learners, lastUse);
        }
        catch (Exception exception)
        {
            learners.Dispose();
            if (StateFormat.IsDamage(exception))
            {
                throw new StateFormatException($"Stored state is damaged: {exception.Message}");
            }

            throw;
        }
    }

    /// <summary>How the learners of a key stand.</summary>
    private KeyReport ReportOf(Entry entry, IReadOnlyDictionary<byte[], byte[]>? passive) =>
        Ask(entry, passive, learners => learners.Report(entry.Key)) with { Frozen = _frozen.Contains(entry.Key) };

    /// <summary>Asks the learners of a key; null: there is no such key.</summary>
    private TAnswer? Ask<TAnswer>(ReadOnlySpan<byte> key, IReadOnlyDictionary<byte[], byte[]>? passive, Func<KeyLearners, TAnswer> question)
        where TAnswer : class =>
        Lookup.TryGetValue(key, out var entry) ? Ask(entry, passive, question) : null;

    /// <summary>Asks the learners of a key, by its state where they are not in memory.</summary>
    private TAnswer Ask<TAnswer>(Entry entry, IReadOnlyDictionary<byte[], byte[]>? passive, Func<KeyLearners, TAnswer> question)
    {
        if (entry.Learners is null && passive is not null && passive.TryGetValue(entry.Key, out var state))
        {
            using var learners = Loaded(entry.Key, state).Learners;
            return question(learners);
        }

        return question(Resident(entry));
    }

    private static double RankOf(Entry entry, KeyOrder order) => order switch
    {
        KeyOrder.Error => entry.Learners?.Rank(KeyRank.Error) ?? double.NaN,
        KeyOrder.Records => entry.Learners?.Rank(KeyRank.Records) ?? double.NaN,
        _ => double.NaN,
    };

    private static bool Contains(byte[] key, string text, Span<char> letters)
    {
        // A letter takes a byte at least.
        var room = key.Length <= letters.Length ? letters : new char[key.Length];
        ReadOnlySpan<char> name = room[..Encoding.UTF8.GetChars(key, room)];
        return name.Contains(text, StringComparison.OrdinalIgnoreCase);
    }

    private KeyMeasures Alone(Entry entry, bool isNamed, double rank)
    {
        var measures = _plan.CreateMeasures();
        entry.Learners!.Measure(measures);
        return new KeyMeasures(entry.Key, isNamed, rank, measures);
    }

    private static KeyLearners Resident(Entry entry) =>
        entry.Learners ?? throw new InvalidOperationException("The learners of a key are not in memory; expected it to be woken first.");

    /// <summary>Of a key whose learners are in memory.</summary>
    private void SetStateBytes(Entry entry, int bytes)
    {
        ResidentBytes += bytes - entry.StateBytes;
        entry.StateBytes = _likelyBytes = bytes;
        entry.IsStored = true;
    }

    private int LetGo(Entry entry)
    {
        entry.Learners!.Dispose();
        entry.Learners = null;
        PassiveKeys++;
        ResidentBytes -= entry.StateBytes;
        return entry.StateBytes;
    }

    private void AddIdle(Entry entry)
    {
        entry.IsIdle = true;
        _idle.AddLoaded(entry);
    }

    private void Use(Entry entry, long offset)
    {
        entry.LastUse = offset;
        if (entry.IsIdle)
        {
            RemoveFromIdle(entry);
            _order.Append(entry);
        }
        else
        {
            _order.MoveToEnd(entry);
        }

        MarkChanged(entry);
    }

    private void RemoveFromIdle(Entry entry)
    {
        _idle.Remove(entry);
        _woken.Remove(entry);
        entry.IsIdle = false;
    }

    private ExampleStatus Step(
        Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> lookup, ExampleBatch examples, int row, PredictionBatch predictions, int to)
    {
        if (Look(examples, row) is not ExampleStatus.Predicted and var refused)
        {
            return refused;
        }

        var key = examples.Key(row);
        if (!lookup.TryGetValue(key, out var entry))
        {
            if (!CanBegin(out var otherwise))
            {
                return otherwise;
            }

            entry = Begin(key, predictions, to);
        }

        var learners = Resident(entry);
        var status = Step(learners, _frozen.Contains(key), examples, row, predictions, to, out var changed);
        predictions.ModelVersions[to] = learners.Version;

        // A record that has changed nothing is no use.
        if (changed)
        {
            Use(entry, examples.Offsets[row]);
        }

        return status;
    }

    private ExampleStatus TakeAverage(
        Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> lookup, ExampleBatch examples, int row, PredictionBatch predictions, int to)
    {
        if (_plan.Replicas is null)
        {
            return ExampleStatus.Unusable;
        }

        // A replica without records of its own learns from the others.
        var key = examples.Key(row);
        var entry = lookup.TryGetValue(key, out var known) ? known : Begin(key, predictions, to);
        var status = Resident(entry).TakeAverage(examples.Payload(row));
        Use(entry, examples.Offsets[row]);
        return status;
    }

    /// <summary>A word of an operator: no use of a key, and no change of its learners.</summary>
    private ExampleStatus Hear(ExampleBatch examples, int row) =>
        ControlRecord.TryDecode(examples.Payload(row)) is { } control && _frozen.TryApply(control, examples.Key(row))
            ? ExampleStatus.Controlled
            : ExampleStatus.Unusable;

    private Entry Begin(ReadOnlySpan<byte> key, PredictionBatch predictions, int row)
    {
        MakeRoom(_maxKeys - 1, predictions, row);
        var entry = new Entry(key.ToArray(), Create(key)) { StateBytes = _likelyBytes };
        _keys.Add(entry.Key, entry);
        _order.Append(entry);
        ResidentBytes += entry.StateBytes;
        _sortedKeys = null;
        return entry;
    }

    private void MakeRoom(int keys, PredictionBatch predictions, int row)
    {
        while (_keys.Count > keys)
        {
            Forget(IdleLongest());
            predictions.AddEviction(row);
        }
    }

    private ExampleStatus Forget(Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> lookup, ReadOnlySpan<byte> key)
    {
        if (lookup.TryGetValue(key, out var forgotten))
        {
            Forget(forgotten);
        }

        return ExampleStatus.Forgotten;
    }

    private void Forget(Entry entry)
    {
        _keys.Remove(entry.Key);
        RemoveFromOrder(entry);
        entry.Learners?.Dispose();
        _sortedKeys = null;
        MarkChanged(entry);
    }

    private Entry IdleLongest() => (_order.IdleLongest, _idle.IdleLongest) switch
    {
        (Entry used, Entry idle) => FleetKey.Compare(used, idle) < 0 ? used : idle,
        (var used, var idle) => (Entry)(used ?? idle)!,
    };

    private void RemoveFromOrder(Entry entry)
    {
        if (entry.IsIdle)
        {
            RemoveFromIdle(entry);
        }
        else
        {
            _order.Remove(entry);
        }

        if (entry.Learners is null)
        {
            PassiveKeys--;
        }
        else
        {
            ResidentBytes -= entry.StateBytes;
        }
    }

    private void MarkChanged(Entry entry)
    {
        if (entry.MarkedIn != _taken)
        {
            entry.MarkedIn = _taken;
            _changed.Add(entry.Key);
        }
    }

    private byte[][] SortedKeys()
    {
        if (_sortedKeys is null)
        {
            _sortedKeys = [.. _keys.Keys];
            Array.Sort(_sortedKeys, Utf8KeyComparer.Instance);
        }

        return _sortedKeys;
    }

    private sealed class Entry(byte[] key, KeyLearners? learners) : FleetKey(key)
    {
        /// <summary>Null: they are where they were stored.</summary>
        internal KeyLearners? Learners { get; set; } = learners;
    }
}
