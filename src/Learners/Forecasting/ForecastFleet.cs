using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>The forecast learners of one bucket, one series for each key.</summary>
public sealed class ForecastFleet : KeyedFleet
{
    private const string Format = "forecast-key";

    private readonly ForecastPlan _plan;

    // The numbers of the current example: a counter's rate goes where its value was.
    private readonly double[] _observation;

    /// <param name="plan">What the learners of a key are.</param>
    /// <param name="maxKeys">How many keys it may hold; at least 1.</param>
    /// <param name="place">Where it runs; null: <see cref="FleetPlace.Default"/>.</param>
    public ForecastFleet(ForecastPlan plan, int maxKeys, FleetPlace? place = null)
        : base(plan, maxKeys, place)
    {
        _plan = plan;
        _observation = new double[1 + plan.Task.Features];
    }

    /// <inheritdoc/>
    public override int PredictionWidth => _plan.Task.PredictionWidth;

    /// <inheritdoc/>
    public override IReadOnlyList<ForecastKeyReport> Report(
        int skip = 0, int take = int.MaxValue, IReadOnlyDictionary<byte[], byte[]>? passive = null) => [.. base.Report(skip, take, passive).Cast<ForecastKeyReport>()];

    private protected override void RequireForm(ExampleBatch examples)
    {
        if (examples.Width != 1 + _plan.Task.Features)
        {
            throw new ArgumentException(
                $"Examples have {examples.Width} numbers; expected {1 + _plan.Task.Features}: the value and the features.");
        }

        if (_plan.Task.Counter is not null && examples.Readings.Length == 0
            && examples.Kinds.AsSpan().ContainsAnyExcept(ExampleKind.Control))
        {
            throw new ArgumentException("Examples have no readings; expected those of a counter.");
        }
    }

    private protected override ExampleStatus Look(ExampleBatch examples, int row)
    {
        examples.Row(row).CopyTo(_observation);
        return TensorPrimitives.IsFiniteAll<double>(_observation) ? ExampleStatus.Predicted : ExampleStatus.NotFinite;
    }

    private protected override KeyLearners Create(ReadOnlySpan<byte> key) => new ForecastSeries(_plan, key, Workspaces);

    private protected override ExampleStatus Step(
        KeyLearners learners, bool frozen, ExampleBatch examples, int row, PredictionBatch predictions, int to, out bool changed)
    {
        var reading = _plan.Task.Counter is null ? 0 : examples.Readings[row];
        var status = ((ForecastSeries)learners).Step(examples.Times[row], _observation, reading, frozen, predictions, to);
        changed = status != ExampleStatus.TimeNotIncreasing;
        return status;
    }

    private protected override Foresight Foresee(KeyLearners learners, bool frozen, ExampleBatch examples, int row)
    {
        using var copy = new ForecastSeries(_plan, examples.Key(row), Workspaces, (ForecastSeries)learners);
        var answer = PredictionBatch.Allocate(1, PredictionWidth);
        var status = copy.Step(examples.Times[row], _observation, _plan.Task.Counter is null ? 0 : examples.Readings[row], frozen, answer, 0);
        return status == ExampleStatus.Predicted
            ? new Foresight(ForesightStatus.Predicted, copy.Version, examples.Times[row], answer.Values)
            : Foresight.Refused(status);
    }

    private protected override void SaveKey(KeyLearners learners, long lastUse, ref MessagePackWriter writer)
    {
        var task = _plan.Task;
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
        writer.WriteInt64(lastUse);
        learners.Save(ref writer);
    }

    private protected override long LoadLastUse(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, fields: 6);
        RefuseOtherTask(_plan.Task, ref reader);
        return reader.ReadInt64();
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
}
