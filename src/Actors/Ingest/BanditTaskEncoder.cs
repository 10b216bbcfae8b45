using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;

namespace StreamLearn.Actors.Ingest;

/// <summary>Decisions.</summary>
internal sealed class BanditTaskEncoder(BanditPlan plan) : TaskEncoder
{
    private readonly DecisionEncoder _decisions = new(plan.Task);

    /// <inheritdoc/>
    public override byte[] Encode(DecodedBatch source, int row, PredictionBatch predictions, int at)
    {
        BanditRecord.TryRead(source.Examples.Payload(row), out var record);
        var list = predictions.List(at);
        return _decisions.Encode(source.Examples.Key(row), record, (int)list[0], list[1..], predictions.ModelVersions[at]);
    }

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, TimeUnit form, Foresight answer)
    {
        BanditRecord.TryRead(payload, out var record);
        return _decisions.EncodeForeseen(key, record, answer.Numbers, answer.ModelVersion);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decisions.Dispose();
}
