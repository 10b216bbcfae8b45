using MessagePack;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits;

/// <summary>A decision that waits for its feedback, with its context and what learners said of it; or the cost that has come early.</summary>
internal sealed class WaitingDecision(BanditTask task, int learners) : JoinEntry
{
    /// <summary>Numbers of a learner in <see cref="Opinions"/>.</summary>
    internal const int OpinionNumbers = 3;

    private float[] _features = [];
    private byte[] _allowed = [];
    private int _shared;
    private int _own;
    private int _mask;
    private int _actions;

    /// <summary>The action that was chosen.</summary>
    internal int Action { get; set; }

    /// <summary>The probability with which.</summary>
    internal double Probability { get; set; }

    /// <summary>The cost that came early.</summary>
    internal double Cost { get; set; }

    /// <summary>What each learner said of the decision: the probability that it gives the chosen action, the cost that it expects of that, and of its own
    /// choice.</summary>
    internal double[] Opinions { get; private set; } = [];

    /// <summary>The context as it was when it was decided on.</summary>
    internal BanditContext Context => new(
        _actions, _features.AsSpan(0, _shared), _features.AsSpan(_shared, _own), _allowed.AsSpan(0, _mask));

    private protected override int OwnFields => State == JoinState.Waiting ? 8 : 1;

    /// <summary>Keeps a context, and makes room for the learners' opinions.</summary>
    internal void Keep(in BanditContext context)
    {
        Reserve(context.Actions, context.Shared.Length, context.PerAction.Length, context.Allowed.Length);
        context.Shared.CopyTo(_features);
        context.PerAction.CopyTo(_features.AsSpan(_shared));
        context.Allowed.CopyTo(_allowed);
    }

    /// <inheritdoc/>
    internal override void ReleaseLarge()
    {
        const int Kept = 1024;
        if (State != JoinState.Waiting && _features.Length > Kept)
        {
            _features = [];
            Forget();
        }
    }

    private protected override void Clear()
    {
        Cost = 0;
        Forget();
    }

    private protected override void SaveOwn(ref MessagePackWriter writer)
    {
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

    private protected override void LoadOwn(ref MessagePackReader reader)
    {
        Cost = reader.ReadFinite();
        StateFormat.Require(Cost is >= 0 and <= 1, "a cost is not within [0, 1]");
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
        Reserve(actions, task.SharedFeatures, actions * task.ActionFeatures, 0);
        reader.ReadFloats(_features.AsSpan(0, _shared));
        reader.ReadFloats(_features.AsSpan(_shared, _own));
        var mask = reader.ReadBytes() ?? default;
        StateFormat.Require(mask.Length == 0 || mask.Length == actions, "a decision's mask has the wrong length");
        Reserve(actions, _shared, _own, (int)mask.Length);
        System.Buffers.BuffersExtensions.CopyTo(mask, _allowed);
        StateFormat.Require(Context.IsAllowed(Action), "a decision's action is not allowed");
        reader.ReadDoubles(Opinions);
        for (var at = 0; at < Opinions.Length; at += OpinionNumbers)
        {
            // The last is a mean by probabilities whose sum is 1 but for rounding.
            StateFormat.Require(
                Opinions[at] is >= 0 and <= 1 && Opinions[at + 1] is >= 0 and <= 1 && Opinions[at + 2] is >= 0 and <= 1 + 1e-6,
                "a learner's word on a decision is no probability or cost");
        }
    }

    private void Forget() => (_actions, _shared, _own, _mask) = (1, 0, 0, 0);

    private void Reserve(int actions, int shared, int own, int mask)
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

        if (Opinions.Length != learners * OpinionNumbers)
        {
            Opinions = new double[learners * OpinionNumbers];
        }
    }
}
