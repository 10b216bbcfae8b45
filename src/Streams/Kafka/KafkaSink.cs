using Akka;
using Akka.Streams.Dsl;

namespace StreamLearn.Streams.Kafka;

/// <summary>Sinks that write records to Kafka topics.</summary>
public static class KafkaSink
{
    /// <summary>
    /// Writes batches and passes each on when the brokers have acknowledged all of its records.
    /// </summary>
    /// <remarks>
    /// <para>Delivery: at least once, in order for each key; batches leave in the order in which they came.</para>
    /// <para>Back-pressure: at most <paramref name="parallelism"/> batches are on the way.</para>
    /// <para>Failure: a broker that is away is waited for; a record that the brokers refuse fails the stream with
    /// <see cref="KafkaDeliveryException"/>.</para>
    /// </remarks>
    /// <param name="producer">Owned by the caller; may serve many streams.</param>
    /// <param name="parallelism">Batches on the way.</param>
    public static Flow<OutputBatch, OutputBatch, NotUsed> Flow(KafkaBatchProducer producer, int parallelism = 8) =>
        Akka.Streams.Dsl.Flow.Create<OutputBatch>().SelectAsync(parallelism, async batch =>
        {
            await producer.SendAsync(batch).ConfigureAwait(false);
            return batch;
        })

        // Akka wraps what a task failed with before it was looked at.
        .SelectError(failure => failure is AggregateException ? failure.GetBaseException() : failure);
}
