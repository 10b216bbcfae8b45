using System.Numerics.Tensors;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>A context, with or without an outcome, while a decoder reads it. Nothing is allocated once its buffers are large enough.</summary>
internal sealed class BanditDraft
{
    private readonly BanditTask _task;
    private readonly int _mostBytes;
    private readonly int _own;
    private readonly float[] _shared;
    private readonly byte[] _id = new byte[DeadLetterReason.MaxIdBytes];
    private readonly NameTable _fixedNames;
    private readonly NameTable _names = new();
    private float[] _features = [];
    private byte[] _mask = [];
    private int _idLength;
    private int _added;
    private bool _isMasked;
    private int _action;
    private double _probability;
    private double _feedback;

    /// <param name="task">What is decided.</param>
    /// <param name="mostBytes">Most bytes of features and names.</param>
    internal BanditDraft(BanditTask task, int mostBytes)
    {
        _task = task;
        _mostBytes = mostBytes;
        _own = task.ActionFeatures;
        _shared = new float[task.SharedFeatures];
        _fixedNames = new NameTable(task.Actions);
        Clear();
    }

    /// <summary>K; where all decisions have the same actions it is known from the start.</summary>
    internal int Count => _task.HasFixedActions ? _task.Actions.Count : _added;

    /// <summary>Actions that were added.</summary>
    internal int Added => _added;

    /// <summary>[shared features].</summary>
    internal Span<float> Shared => _shared;

    /// <summary>The names by which the context's actions are called.</summary>
    internal NameTable Names => _task.HasFixedActions ? _fixedNames : _names;

    /// <summary>Forgets all; features are zero again.</summary>
    internal void Clear()
    {
        _idLength = 0;
        _isMasked = false;
        _action = -1;
        Array.Clear(_shared);
        ClearActions();
    }

    /// <summary>Forgets the actions.</summary>
    internal void ClearActions()
    {
        _added = 0;
        _names.Clear();
        if (_task.HasFixedActions)
        {
            Grow(Count * _own);
            _features.AsSpan(0, Count * _own).Clear();
        }
    }

    /// <summary>Sets the id; false where it is none.</summary>
    internal bool TrySetId(ReadOnlySpan<byte> id)
    {
        if (!NameTable.IsUsable(id))
        {
            return false;
        }

        id.CopyTo(_id);
        _idLength = id.Length;
        return true;
    }

    /// <summary>Whether all decisions have the same actions.</summary>
    internal bool HasFixedActions => _task.HasFixedActions;

    /// <summary>Whether it has an id.</summary>
    internal bool HasId => _idLength > 0;

    /// <summary>Goes to the next action, whose features are zero; the reason why there can be none, or null.</summary>
    internal string? AddAction(out Span<float> features)
    {
        features = default;
        if (_added == (_task.HasFixedActions ? _task.Actions.Count : BanditTask.MostActions))
        {
            return DeadLetterReason.TooManyActions;
        }

        if (!_task.HasFixedActions)
        {
            if (BytesOf(_added + 1) > _mostBytes)
            {
                return DeadLetterReason.TooLarge;
            }

            Grow((_added + 1) * _own);
            FeaturesOf(_added).Clear();
        }

        features = FeaturesOf(_added++);
        return null;
    }

    /// <summary>The features of an action.</summary>
    internal Span<float> FeaturesOf(int action) => _features.AsSpan(action * _own, _own);

    /// <summary>Names the action that was added last; the reason why it cannot be, or null.</summary>
    internal string? NameAction(ReadOnlySpan<byte> name) =>
        !NameTable.IsUsable(name) ? DeadLetterReason.BadId : _names.TryAdd(name) ? null : DeadLetterReason.DuplicateAction;

    /// <summary>From here on only those actions may be chosen that are allowed one by one.</summary>
    internal void Mask()
    {
        if (_mask.Length < Count)
        {
            _mask = new byte[Math.Max(Count, 2 * _mask.Length)];
        }

        _mask.AsSpan(0, Count).Clear();
        _isMasked = true;
    }

    /// <summary>Allows an action.</summary>
    internal void Allow(int action) => _mask[action] = 1;

    /// <summary>Sets what somebody has chosen, and what came of it.</summary>
    internal void SetOutcome(int action, double probability, double feedback)
    {
        _action = action;
        _probability = probability;
        _feedback = feedback;
    }

    /// <summary>What is wrong with the actions; null: nothing.</summary>
    internal string? ActionsProblem()
    {
        if (Count == 0)
        {
            return DeadLetterReason.NoActions;
        }

        // Where all decisions have the same actions a record lists all of them or none; where it names them, all of them.
        if ((_task.HasFixedActions && _added != 0 && _added != Count) || (!_task.HasFixedActions && _names.Count != 0 && _names.Count != Count))
        {
            return DeadLetterReason.MissingField;
        }

        return BytesOf(Count) > _mostBytes ? DeadLetterReason.TooLarge : null;
    }

    /// <summary>Whether an action may be chosen.</summary>
    internal bool IsAllowed(int action) => !_isMasked || _mask[action] != 0;

    /// <summary>Whether any action may be chosen.</summary>
    internal bool HasAllowed => !_isMasked || _mask.AsSpan(0, Count).Contains((byte)1);

    /// <summary>Whether all features are numbers: sums of hashed ones may have grown too large.</summary>
    internal bool IsFinite => AreFinite(_shared) && AreFinite(_features.AsSpan(0, Count * _own));

    /// <summary>Writes the record.</summary>
    internal void Write(BanditRecordWriter writer)
    {
        var id = _id.AsSpan(0, _idLength);
        var context = new BanditContext(Count, _shared, _features.AsSpan(0, Count * _own), _isMasked ? _mask.AsSpan(0, Count) : default);
        var names = _task.HasFixedActions ? default : _names.All();
        if (_action < 0)
        {
            writer.WriteContext(id, context, names);
        }
        else
        {
            writer.WriteLogged(id, context, names, _action, _probability, _feedback);
        }
    }

    private static bool AreFinite(ReadOnlySpan<float> numbers) => numbers.IsEmpty || TensorPrimitives.IsFiniteAll(numbers);

    private long BytesOf(int actions) => (sizeof(float) * (_shared.Length + ((long)actions * _own))) + actions + (2L * _names.Count) + _names.Bytes;

    private void Grow(int features)
    {
        if (features > _features.Length)
        {
            Array.Resize(ref _features, Math.Max(features, Math.Min(2 * _features.Length, _mostBytes / sizeof(float))));
        }
    }
}
