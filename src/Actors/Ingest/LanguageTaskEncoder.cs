using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Texts;

namespace StreamLearn.Actors.Ingest;

/// <summary>How texts were foreseen.</summary>
internal sealed class LanguageTaskEncoder : TaskEncoder
{
    private readonly PerplexityEncoder _scores = new();

    /// <inheritdoc/>
    public override byte[] Encode(DecodedBatch source, int row, PredictionBatch predictions, int at)
    {
        var examples = source.Examples;
        LanguageRecord.TryRead(examples.Payload(row), out var record);
        return _scores.Encode(
            examples.Key(row), examples.Times[row], source.TimeForms[row], record.Domain, predictions.List(at), predictions.ModelVersions[at]);
    }

    /// <inheritdoc/>
    public override byte[] Encode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, TimeUnit form, Foresight answer)
    {
        LanguageRecord.TryRead(payload, out var record);
        return _scores.Encode(key, answer.Time, form, record.Domain, answer.Numbers, answer.ModelVersion);
    }

    /// <inheritdoc/>
    public override void Dispose() => _scores.Dispose();
}
