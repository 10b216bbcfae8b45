using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>A transactional writer can write no more.</summary>
/// <remarks>What it has not reported as written may or may not be: the next owner's watermark says.</remarks>
public sealed class KafkaTransactionException : Exception
{
    internal KafkaTransactionException(string transactionalId, Error error, Exception cause)
        : base(Describe(transactionalId, error), cause) => IsFenced = Fences(error);

    /// <summary>Whether another writer of the same transactional id has taken over, or the brokers gave the transaction up after
    /// <c>transaction.timeout.ms</c>: the partition is to be given up.</summary>
    public bool IsFenced { get; }

    internal static bool Fences(Error error) =>
        error.Code is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.Local_Fenced;

    private static string Describe(string transactionalId, Error error) => Fences(error)
        ? $"Kafka transactional id {transactionalId}: another writer has taken over: {error.Reason}."
        : $"Kafka transactional id {transactionalId}: {error.Reason}.";
}
