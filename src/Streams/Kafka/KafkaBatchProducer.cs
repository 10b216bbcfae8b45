using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>A producer whose unit is the batch. Thread-safe; one serves all streams of a node.</summary>
public sealed class KafkaBatchProducer : IDisposable
{
    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(10);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly TimeProvider _time;
    private readonly int _mostBytes;

    /// <param name="settings">How Kafka is reached.</param>
    /// <param name="warn">Receives what the client complains of.</param>
    /// <param name="time">Clock of the waits for room in the client's queue.</param>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    public KafkaBatchProducer(KafkaSettings settings, Action<string> warn, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _mostBytes = settings.MostRecordBytes;
        _producer = OutputMessages.Producer(settings.ProducerConfig(), warn);
    }

    /// <summary>Writes the records; the task ends when all of them are acknowledged.</summary>
    /// <exception cref="KafkaDeliveryException">The brokers refused one.</exception>
    public async Task SendAsync(OutputBatch batch) => await (await EnqueueAsync(batch).ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>Hands the records to the client. Who waits for that before the next batch writes the batches in order.</summary>
    /// <returns>What ends when all of them are acknowledged.</returns>
    /// <exception cref="KafkaDeliveryException">The client refused one; the result: the brokers did.</exception>
    public async Task<Task> EnqueueAsync(OutputBatch batch)
    {
        if (batch.Records.Count == 0 || batch.Topic.Length == 0)
        {
            return Task.CompletedTask;
        }

        var pending = new PendingBatch(batch.Topic, batch.Records.Count);
        var messages = new OutputMessages(_mostBytes, batch.Origin);
        foreach (var record in batch.Records)
        {
            var message = messages.Message(record);
            while (!TryProduce(message, record.Partition, pending))
            {
                await Task.Delay(QueueFullWait, _time).ConfigureAwait(false);
            }
        }

        return pending.Completion;
    }

    /// <summary>Hands a record to the client.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="record">The record.</param>
    /// <returns>Where it is, when it is acknowledged: partition and offset.</returns>
    /// <exception cref="KafkaDeliveryException">The client refused it; the result: the brokers did.</exception>
    public async Task<Task<(int Partition, long Offset)>> EnqueueAsync(string topic, OutputRecord record)
    {
        var pending = new PendingBatch(topic, 1);
        var message = new OutputMessages(_mostBytes, batchOrigin: null).Message(record);
        while (!TryProduce(message, record.Partition, pending))
        {
            await Task.Delay(QueueFullWait, _time).ConfigureAwait(false);
        }

        return PlaceAsync(pending);

        static async Task<(int Partition, long Offset)> PlaceAsync(PendingBatch pending)
        {
            await pending.Completion.ConfigureAwait(false);
            return pending.Last;
        }
    }

    /// <summary>Waits up to 10 s for what is on the way.</summary>
    public void Dispose()
    {
        _producer.Flush(FlushTimeout);
        _producer.Dispose();
    }

    private bool TryProduce(Message<byte[]?, byte[]?> message, int partition, PendingBatch pending)
    {
        try
        {
            _producer.Produce(new TopicPartition(pending.Topic, partition < 0 ? Partition.Any : partition), message, pending.Handler);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> exception)
        {
            if (exception.Error.Code == ErrorCode.Local_QueueFull)
            {
                return false;
            }

            throw new KafkaDeliveryException(pending.Topic, exception.Error.Reason);
        }
    }

    /// <summary>Counts the delivery reports of a batch.</summary>
    private sealed class PendingBatch
    {
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing;

        internal PendingBatch(string topic, int records)
        {
            Topic = topic;
            _missing = records;
            Handler = OnReport;
        }

        internal string Topic { get; }

        internal Action<DeliveryReport<byte[]?, byte[]?>> Handler { get; }

        internal Task Completion => _completion.Task;

        /// <summary>Where the record is whose report came last.</summary>
        internal (int Partition, long Offset) Last { get; private set; }

        private void OnReport(DeliveryReport<byte[]?, byte[]?> report)
        {
            if (report.Error.IsError)
            {
                _completion.TrySetException(new KafkaDeliveryException(Topic, report.Error.Reason));
            }

            Last = (report.Partition.Value, report.Offset.Value);
            if (Interlocked.Decrement(ref _missing) == 0)
            {
                _completion.TrySetResult();
            }
        }
    }
}
