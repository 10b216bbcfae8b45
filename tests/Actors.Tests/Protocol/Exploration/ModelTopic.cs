using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>The topic of the predictions, and with transactions who may write to it and the watermark.</summary>
/// <param name="Delivery">How often an output is to be written.</param>
/// <param name="Published">The records whose predictions are there.</param>
/// <param name="Producer">With transactions: the only ingest that may write.</param>
/// <param name="Watermark">With transactions: the offset that was committed with the last.</param>
internal readonly record struct ModelTopic(Delivery Delivery, ulong Published, int Producer, long Watermark)
{
    /// <summary>Writes an output.</summary>
    internal ModelTopic With(ModelOutput output)
    {
        if (Delivery == Delivery.AtLeastOnce)
        {
            return this with { Published = Published | output.Records };
        }

        // Its first record is to come after all that are there: else it is written twice, or out of order.
        var first = output.Records & (~output.Records + 1);
        if (first != 0 && Published >= first)
        {
            throw new ProtocolViolationException($"Predictions on {output.Records:b} are written after those on {Published:b}.");
        }

        return this with { Published = Published | output.Records, Watermark = output.Next };
    }
}
