using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised;

/// <summary>
/// The learners of one bucket of the task <c>classify</c> or <c>regress</c>. Examples are payloads (<see cref="SupervisedRecord"/>). The prediction of a
/// number is that; of classes it is a list {index of the most probable one, probability of each}, only {-1} while none is known, and where labels grow
/// the labels of all (<see cref="PredictionBatch.Texts"/>).
/// </summary>
public sealed class SupervisedFleet : KeyedFleet
{
    private const string Format = "supervised-key";

    private readonly SupervisedPlan _plan;

    // Of the record that was looked at last.
    private SupervisedRecordKind _kind;

    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    /// <param name="place">Where it runs; null: <see cref="FleetPlace.Default"/>.</param>
    public SupervisedFleet(SupervisedPlan plan, int maxKeys, FleetPlace? place = null)
        : base(plan, maxKeys, place) => _plan = plan;

    /// <inheritdoc/>
    public override int PredictionWidth => _plan.Task.IsClassification ? 0 : 1;

    /// <inheritdoc/>
    public override IReadOnlyList<SupervisedKeyReport> Report(
        int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null) =>
        [.. base.Report(skip, take, passive).Cast<SupervisedKeyReport>()];

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
        if (!SupervisedRecord.TryRead(examples.Payload(row), task.IsClassification, out var record)
            || (record.HasFeatures && record.Features.Length != task.Features))
        {
            return ExampleStatus.Unusable;
        }

        _kind = record.Kind;
        if ((record.HasFeatures && !TensorPrimitives.IsFiniteAll(record.Features))
            || (record.HasLabel && !task.IsClassification && !double.IsFinite(record.Target)))
        {
            return ExampleStatus.NotFinite;
        }

        return record.HasLabel && _plan.FixedLabels is { } labels && labels.IndexOf(record.Label) < 0 ? ExampleStatus.UnknownLabel : ExampleStatus.Predicted;
    }

    /// <summary>Not a label that would not wait for its features, or for which another key would have to go: of a key that is not there, nothing has been
    /// predicted.</summary>
    private protected override bool CanBegin(out ExampleStatus otherwise)
    {
        otherwise = _plan.Task.Join.Early == JoinPolicy.DeadLetter ? ExampleStatus.UnknownDecision : ExampleStatus.Dropped;
        return _kind != SupervisedRecordKind.Label || (_plan.Task.Join.Early == JoinPolicy.Hold && !IsFull);
    }

    private protected override KeyLearners Create(ReadOnlySpan<byte> key) => new SupervisedLearners(_plan, key, Workspaces);

    private protected override ExampleStatus Step(
        KeyLearners learners, bool frozen, ExampleBatch examples, int row, PredictionBatch predictions, int to, out bool changed)
    {
        SupervisedRecord.TryRead(examples.Payload(row), _plan.Task.IsClassification, out var record);
        var status = ((SupervisedLearners)learners).Step(record, examples.Times[row], frozen, predictions, to);
        changed = status != ExampleStatus.UnknownLabel;
        return status;
    }

    private protected override Foresight Foresee(KeyLearners learners, bool frozen, ExampleBatch examples, int row)
    {
        SupervisedRecord.TryRead(examples.Payload(row), _plan.Task.IsClassification, out var record);
        return record.HasFeatures
            ? ((SupervisedLearners)learners).Foresee(record.Features, examples.Times[row])
            : Foresight.Refused(ExampleStatus.Unusable);
    }

    private protected override void SaveKey(KeyLearners learners, long lastUse, ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, fields: 3);
        writer.Write(_plan.Task.Meaning);

        // Always as long: a state does not grow with the age of its key.
        writer.WriteInt64(lastUse);
        learners.Save(ref writer);
    }

    private protected override long LoadLastUse(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, fields: 3);
        return reader.ReadString() is var meaning && meaning != _plan.Task.Meaning
            ? throw new StateFormatException($"Stored state is of the task {meaning}; expected {_plan.Task.Meaning}.")
            : reader.ReadInt64();
    }
}
