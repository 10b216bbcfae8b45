using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits;

/// <summary>The bandit learners of one bucket. Examples are payloads (<see cref="BanditRecord"/>); a decision is a list {action, probability of each action}.</summary>
public sealed class BanditFleet : KeyedFleet
{
    private const string Format = "bandit-key";

    private readonly BanditPlan _plan;
    private readonly int _replica;

    // Of the record that was looked at last.
    private BanditRecordKind _kind;

    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    /// <param name="place">Where it runs; null: <see cref="FleetPlace.Default"/>.</param>
    /// <param name="replica">With replicas: which one it has.</param>
    public BanditFleet(BanditPlan plan, int maxKeys, FleetPlace? place = null, int replica = 0)
        : base(plan, maxKeys, place)
    {
        _plan = plan;
        _replica = replica;
    }

    /// <inheritdoc/>
    public override int PredictionWidth => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<BanditKeyReport> Report(
        int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null) => [.. base.Report(skip, take, passive).Cast<BanditKeyReport>()];

    private protected override void RequireForm(ExampleBatch examples)
    {
        if (examples.Width != 0 || examples.PayloadEnds.Length != examples.Count)
        {
            throw new ArgumentException($"Examples have {examples.Width} numbers and {examples.PayloadEnds.Length} payloads; expected payloads only.");
        }
    }

    private protected override ExampleStatus Look(ExampleBatch examples, int row)
    {
        var task = _plan.Task;
        if (!BanditRecord.TryRead(examples.Payload(row), out var record))
        {
            return ExampleStatus.Unusable;
        }

        _kind = record.Kind;
        if (record.Kind == BanditRecordKind.Feedback)
        {
            return task.CostOf(record.Feedback) is >= 0 and <= 1 ? ExampleStatus.Predicted : ExampleStatus.Unusable;
        }

        var context = record.Context;
        var fits = context.Shared.Length == task.SharedFeatures && context.ActionFeatures == task.ActionFeatures
            && (!task.HasFixedActions || context.Actions == task.Actions.Count);
        return fits && (record.Kind == BanditRecordKind.Context || (task.CostOf(record.Feedback) is >= 0 and <= 1 && context.IsAllowed(record.Action)))
            ? ExampleStatus.Predicted
            : ExampleStatus.Unusable;
    }

    /// <summary>Not feedback that would not wait for its decision, or for which another key would have to go: of a key that is not there, nothing has been
    /// decided.</summary>
    private protected override bool CanBegin(out ExampleStatus otherwise)
    {
        otherwise = _plan.Task.Join.Early == JoinPolicy.DeadLetter ? ExampleStatus.UnknownDecision : ExampleStatus.Dropped;
        return _kind != BanditRecordKind.Feedback || (_plan.Task.Join.Early == JoinPolicy.Hold && !IsFull);
    }

    private protected override KeyLearners Create(ReadOnlySpan<byte> key) => new BanditLearners(_plan, key, Workspaces, _replica);

    private protected override ExampleStatus Step(
        KeyLearners learners, bool frozen, ExampleBatch examples, int row, PredictionBatch predictions, int to, out bool changed)
    {
        BanditRecord.TryRead(examples.Payload(row), out var record);
        changed = true;
        return ((BanditLearners)learners).Step(record, examples.Times[row], frozen, predictions, to);
    }

    private protected override Foresight Foresee(KeyLearners learners, bool frozen, ExampleBatch examples, int row)
    {
        BanditRecord.TryRead(examples.Payload(row), out var record);
        return record.Kind == BanditRecordKind.Feedback
            ? Foresight.Refused(ExampleStatus.Unusable)
            : ((BanditLearners)learners).Foresee(record.Context, examples.Times[row]);
    }

    private protected override void SaveKey(KeyLearners learners, long lastUse, ref MessagePackWriter writer)
    {
        var task = _plan.Task;
        writer.WriteHeader(Format, 1, fields: 6);
        writer.Write(task.Meaning);
        writer.Write(string.Join('\n', task.Actions));
        writer.Write(task.SharedFeatures);
        writer.Write(task.ActionFeatures);

        // Always as long: a state does not grow with the age of its key.
        writer.WriteInt64(lastUse);
        learners.Save(ref writer);
    }

    private protected override long LoadLastUse(ref MessagePackReader reader)
    {
        var task = _plan.Task;
        reader.ReadHeader(Format, 1, fields: 6);
        if (reader.ReadString() is var meaning && meaning != task.Meaning)
        {
            throw new StateFormatException($"Stored state has {meaning}; expected {task.Meaning}.");
        }

        var (actions, shared, own) = (reader.ReadString() ?? "", reader.ReadInt32(), reader.ReadInt32());
        if (actions != string.Join('\n', task.Actions) || shared != task.SharedFeatures || own != task.ActionFeatures)
        {
            throw new StateFormatException(
                $"Stored state has the actions [{actions.Replace("\n", ", ", StringComparison.Ordinal)}], {shared} shared features and {own} of an action; "
                + $"expected [{string.Join(", ", task.Actions)}], {task.SharedFeatures} and {task.ActionFeatures}.");
        }

        return reader.ReadInt64();
    }
}
