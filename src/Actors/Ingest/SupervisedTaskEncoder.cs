using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Supervised;

namespace StreamLearn.Actors.Ingest;

/// <summary>Predictions of classes, and of numbers.</summary>
internal sealed class SupervisedTaskEncoder(SupervisedPlan plan) : TaskEncoder
{
    private readonly PredictionEncoder _predictions = new(plan.Task);

    /// <inheritdoc/>
    public override byte[] Encode(DecodedBatch source, int row, PredictionBatch predictions, int at) => _predictions.Encode(
        source.Examples.Key(row), source.Examples.Times[row], source.TimeForms[row], IdOf(source.Examples.Payload(row)),
        plan.Task.IsClassification ? predictions.List(at) : predictions.Row(at), predictions.Text(at), predictions.ModelVersions[at]);

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, TimeUnit form, Foresight answer) =>
        _predictions.Encode(key, answer.Time, form, IdOf(payload), answer.Numbers, answer.Texts, answer.ModelVersion);

    /// <inheritdoc/>
    public override void Dispose() => _predictions.Dispose();

    private ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> payload) =>
        SupervisedRecord.TryRead(payload, plan.Task.IsClassification, out var record) ? record.Id : [];
}
