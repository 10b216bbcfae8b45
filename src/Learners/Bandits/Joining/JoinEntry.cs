using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Joining;

/// <summary>An id of a <see cref="DecisionJoin"/> with what waits under it. Used again for other ids: its arrays only grow.</summary>
internal sealed class JoinEntry
{
    private byte[] _id = [];
    private int _idLength;
    private float[] _features = [];
    private byte[] _allowed = [];
    private int _shared;
    private int _own;
    private int _mask;
    private int _actions;

    internal JoinState State { get; set; }

    /// <summary>Event time after which it has waited too long, ms since 1970.</summary>
    internal long Expires { get; set; }

    /// <summary>Of its id.</summary>
    internal int Hash { get; private set; }

    /// <summary>The action that was chosen.</summary>
    internal int Action { get; set; }

    /// <summary>The probability with which.</summary>
    internal double Probability { get; set; }

    /// <summary>The cost that came early.</summary>
    internal double Cost { get; set; }

    /// <summary>What each learner said of the decision: the probability that it gives the chosen action, the cost that it expects of that, and of its own
    /// choice.</summary>
    internal double[] Opinions { get; private set; } = [];

    /// <summary>Neighbours in the list of its state, from the oldest to the newest.</summary>
    internal JoinEntry? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    internal JoinEntry? Newer { get; set; }

    /// <summary>The next one of the same place in the table of ids.</summary>
    internal JoinEntry? Next { get; set; }

    internal ReadOnlySpan<byte> Id => _id.AsSpan(0, _idLength);

    /// <summary>The context as it was when it was decided on.</summary>
    internal BanditContext Context => new(
        _actions, _features.AsSpan(0, _shared), _features.AsSpan(_shared, _own), _allowed.AsSpan(0, _mask));

    internal void Begin(ReadOnlySpan<byte> id, int hash)
    {
        if (_id.Length < id.Length)
        {
            _id = new byte[id.Length];
        }

        id.CopyTo(_id);
        _idLength = id.Length;
        Hash = hash;
        Forget();
    }

    /// <summary>Keeps a context, and makes room for the learners' opinions.</summary>
    internal void Keep(in BanditContext context, int learners)
    {
        Reserve(context.Actions, context.Shared.Length, context.PerAction.Length, context.Allowed.Length, learners);
        context.Shared.CopyTo(_features);
        context.PerAction.CopyTo(_features.AsSpan(_shared));
        context.Allowed.CopyTo(_allowed);
    }

    /// <summary>Gives up room that only a large context needs: thousands of entries are remembered.</summary>
    internal void ReleaseLarge()
    {
        const int Kept = 1024;
        if (State != JoinState.Waiting && _features.Length > Kept)
        {
            _features = [];
            Forget();
        }
    }

    /// <summary>Nothing but the id is needed any more.</summary>
    internal void Forget() => (_actions, _shared, _own, _mask) = (1, 0, 0, 0);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(State == JoinState.Waiting ? 11 : 4);
        writer.Write(Id);
        writer.Write((byte)State);
        writer.Write(Expires);
        writer.Write(Cost);
        if (State == JoinState.Waiting)
        {
            writer.Write(Action);
            writer.Write(Probability);
            writer.Write(_actions);
            writer.WriteFloats(_features.AsSpan(0, _shared));
            writer.WriteFloats(_features.AsSpan(_shared, _own));
            writer.Write(_allowed.AsSpan(0, _mask));
            writer.WriteDoubles(Opinions);
        }
    }

    internal void Load(ref MessagePackReader reader, BanditTask task, int learners)
    {
        var fields = reader.ReadArrayHeader();
        var id = reader.ReadBytes() ?? default;
        StateFormat.Require(id.Length <= ushort.MaxValue, "an id is too long");
        _id = new byte[id.Length];
        System.Buffers.BuffersExtensions.CopyTo(id, _id);
        _idLength = _id.Length;
        Hash = HashOf(_id);
        State = (JoinState)reader.ReadByte();
        Expires = reader.ReadInt64();
        Cost = reader.ReadFinite();
        Forget();
        StateFormat.Require(Cost is >= 0 and <= 1, "a cost is not within [0, 1]");
        StateFormat.Require(State <= JoinState.Early && fields == (State == JoinState.Waiting ? 11 : 4), "a decision has the wrong fields");
        if (State != JoinState.Waiting)
        {
            return;
        }

        Action = reader.ReadInt32();
        Probability = reader.ReadFinite();
        var actions = reader.ReadInt32();
        StateFormat.Require(
            actions >= 1 && actions <= BanditTask.MostActions && (!task.HasFixedActions || actions == task.Actions.Count) && Action >= 0 && Action < actions
            && Probability is > 0 and <= 1,
            "a decision's action is none of its actions");
        Reserve(actions, task.SharedFeatures, actions * task.ActionFeatures, 0, learners);
        reader.ReadFloats(_features.AsSpan(0, _shared));
        reader.ReadFloats(_features.AsSpan(_shared, _own));
        var mask = reader.ReadBytes() ?? default;
        StateFormat.Require(mask.Length == 0 || mask.Length == actions, "a decision's mask has the wrong length");
        Reserve(actions, _shared, _own, (int)mask.Length, learners);
        System.Buffers.BuffersExtensions.CopyTo(mask, _allowed);
        StateFormat.Require(Context.IsAllowed(Action), "a decision's action is not allowed");
        reader.ReadDoubles(Opinions);
        for (var at = 0; at < Opinions.Length; at += DecisionJoin.OpinionNumbers)
        {
            // The last is a mean by probabilities whose sum is 1 but for rounding.
            StateFormat.Require(
                Opinions[at] is >= 0 and <= 1 && Opinions[at + 1] is >= 0 and <= 1 && Opinions[at + 2] is >= 0 and <= 1 + 1e-6,
                "a learner's word on a decision is no probability or cost");
        }
    }

    /// <summary>Not the same from one process to the next, so that nobody can choose ids that collide. Nothing that is seen depends on it.</summary>
    internal static int HashOf(ReadOnlySpan<byte> id)
    {
        var hash = default(HashCode);
        hash.AddBytes(id);
        return hash.ToHashCode();
    }

    private void Reserve(int actions, int shared, int own, int mask, int learners)
    {
        (_actions, _shared, _own, _mask) = (actions, shared, own, mask);
        if (_features.Length < shared + own)
        {
            Array.Resize(ref _features, shared + own);
        }

        if (_allowed.Length < mask)
        {
            _allowed = new byte[mask];
        }

        if (Opinions.Length != learners * DecisionJoin.OpinionNumbers)
        {
            Opinions = new double[learners * DecisionJoin.OpinionNumbers];
        }
    }
}
