using System.Globalization;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>
/// Writes the outputs of one partition of a pipeline in transactions.
/// </summary>
/// <remarks>
/// <para>Delivery: exactly once for readers of committed records: the records of a <see cref="WriteAsync"/> and the group's offset of the
/// partition, the output watermark, appear together or not at all. After a failure the watermark says what has been written; it is to be
/// read after <see cref="StartAsync"/>, which stops the partition's last writer.</para>
/// <para>Not for concurrent writes: one ends before the next. Blocking calls of the client run on a thread of its own.</para>
/// </remarks>
public sealed class KafkaTransactionalWriter : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = CallTimeout + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly TopicPartition _source;
    private readonly string _transactionalId;
    private readonly int _mostBytes;
    private readonly Action<string> _warn;
    private readonly TimeProvider _time;
    private readonly CallThread _calls;
    private Exception? _failure;

    /// <param name="settings">How Kafka is reached.</param>
    /// <param name="transactionalId">See <see cref="TransactionalId"/>.</param>
    /// <param name="topic">Topic of the records that the outputs are made from.</param>
    /// <param name="partition">Partition of that topic.</param>
    /// <param name="warn">Receives what the client complains of, and what is tried again.</param>
    /// <param name="time">Clock of the waits between attempts.</param>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    public KafkaTransactionalWriter(
        KafkaSettings settings, string transactionalId, string topic, int partition, Action<string> warn, TimeProvider? time = null)
        : this(
            OutputMessages.Producer(settings.TransactionalConfig(transactionalId), warn), transactionalId,
            new TopicPartition(topic, partition), warn, time ?? TimeProvider.System, settings.MostRecordBytes)
    {
    }

    /// <summary>For tests: writes with a producer that is given, and disposes of it.</summary>
    internal KafkaTransactionalWriter(
        IProducer<byte[]?, byte[]?> producer, string transactionalId, TopicPartition source, Action<string> warn, TimeProvider time,
        int mostBytes = int.MaxValue)
    {
        _producer = producer;
        _source = source;
        _mostBytes = mostBytes;
        _transactionalId = transactionalId;
        _warn = warn;
        _time = time;
        _calls = new CallThread($"kafka-write-{transactionalId}");
    }

    /// <summary>The id that the writers of a partition of a pipeline have in common, whichever node they are on.</summary>
    /// <param name="group">Consumer group of the pipeline.</param>
    /// <param name="partition">The partition.</param>
    public static string TransactionalId(string group, int partition) => string.Create(CultureInfo.InvariantCulture, $"{group}-{partition}");

    /// <summary>Stops the partition's last writer: finishes or aborts what it has begun and fences it.</summary>
    /// <remarks>Tried until a broker answers.</remarks>
    /// <exception cref="KafkaTransactionException">The brokers do not let this writer write.</exception>
    /// <exception cref="OperationCanceledException">It is wanted no more.</exception>
    public Task StartAsync(CancellationToken cancellation = default) => KeepFailureAsync(() => RepeatAsync(
        "taking over", () => _producer.InitTransactions(CallTimeout), cancellation));

    /// <summary>
    /// Writes batches and the watermark in one transaction; ends when it is committed. A transaction that fails is aborted and the same
    /// content is written anew, until it works.
    /// </summary>
    /// <param name="batches">What is written; none: the watermark only.</param>
    /// <param name="watermark">Offset of the first record of the source whose outputs are not written with this.</param>
    /// <param name="group">The membership under which the partition is held, asked for each attempt
    /// (<see cref="PartitionControl.GroupMetadata"/>); what it throws ends the write.</param>
    /// <param name="cancellation">Ends the attempts; nobody knows then whether the last one was committed.</param>
    /// <exception cref="KafkaTransactionException">Another writer has taken over, or the client cannot go on. The writer is of no more
    /// use, as after any other failure.</exception>
    /// <exception cref="KafkaDeliveryException">The brokers will never take one of the records. Nothing is written.</exception>
    /// <exception cref="OperationCanceledException">The write was cancelled, or the partition is no longer held.</exception>
    public Task WriteAsync(
        IReadOnlyList<OutputBatch> batches, long watermark, Func<IConsumerGroupMetadata> group, CancellationToken cancellation = default) =>
        KeepFailureAsync(async () =>
        {
            while (!await TryWriteAsync(batches, watermark, group, cancellation).ConfigureAwait(false))
            {
                await Task.Delay(RetryWait, _time, cancellation).ConfigureAwait(false);
            }
        });

    /// <summary>Gives up what has not been committed, without telling the brokers: the next writer does.</summary>
    public void Dispose()
    {
        if (_calls.Close(CloseTimeout))
        {
            // A native client does not survive a call that comes after; one that does not return keeps it.
            _producer.Dispose();
        }

        _calls.Dispose();
    }

    private async Task KeepFailureAsync(Func<Task> work)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _failure = exception is KafkaException failed
                ? new KafkaTransactionException(_transactionalId, failed.Error, failed)
                : exception;
            if (ReferenceEquals(_failure, exception))
            {
                throw;
            }

            throw _failure;
        }
    }

    /// <returns>False: it has been aborted and is to be tried again.</returns>
    private async Task<bool> TryWriteAsync(
        IReadOnlyList<OutputBatch> batches, long watermark, Func<IConsumerGroupMetadata> group, CancellationToken cancellation)
    {
        var refusal = new Refusal();
        await _calls.RunAsync(_producer.BeginTransaction).ConfigureAwait(false);
        try
        {
            await ProduceAsync(batches, refusal, cancellation).ConfigureAwait(false);
            var membership = group();
            await RepeatAsync(
                "sending the watermark",
                () => _producer.SendOffsetsToTransaction([new TopicPartitionOffset(_source, watermark)], membership, CallTimeout),
                cancellation).ConfigureAwait(false);
            await RepeatAsync("committing", () => _producer.CommitTransaction(CallTimeout), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (KafkaException exception) when (MayTryAgain(exception))
        {
            _warn($"Kafka transactional id {_transactionalId}: a transaction is aborted and written anew: {exception.Error.Reason}");
        }
        catch (Exception exception) when (exception is not KafkaException)
        {
            await AbortAsync(exception).ConfigureAwait(false);
            throw;
        }

        await RepeatAsync("aborting", () => _producer.AbortTransaction(CallTimeout), cancellation).ConfigureAwait(false);
        if (refusal.IsFinal)
        {
            throw new KafkaDeliveryException(refusal.Topic, refusal.Error.Reason);
        }

        return false;
    }

    private async Task ProduceAsync(IReadOnlyList<OutputBatch> batches, Refusal refusal, CancellationToken cancellation)
    {
        foreach (var batch in batches)
        {
            if (batch.Topic.Length == 0)
            {
                continue;
            }

            var messages = new OutputMessages(_mostBytes, batch.Origin);
            var onReport = refusal.Handler(batch.Topic);
            foreach (var record in batch.Records)
            {
                var message = messages.Message(record);
                while (!TryProduce(batch.Topic, message, onReport))
                {
                    await Task.Delay(QueueFullWait, _time, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private bool TryProduce(string topic, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>> onReport)
    {
        try
        {
            _producer.Produce(topic, message, onReport);
            return true;
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (ProduceException<byte[]?, byte[]?> exception) when (Refusal.IsFinalError(exception.Error))
        {
            throw new KafkaDeliveryException(topic, exception.Error.Reason);
        }
    }

    /// <summary>What the client may be asked again, it is: it goes on where it was.</summary>
    private async Task RepeatAsync(string phase, Action call, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await _calls.RunAsync(call).ConfigureAwait(false);
                return;
            }
            catch (KafkaRetriableException exception) when (!KafkaTransactionException.Fences(exception.Error))
            {
                if (failures == 0)
                {
                    _warn($"Kafka transactional id {_transactionalId}: {phase} takes another attempt: {exception.Error.Reason}");
                }
            }

            await Task.Delay(RetryWait, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Once, so that readers of committed records need not wait until the brokers do it.</summary>
    private async Task AbortAsync(Exception cause)
    {
        try
        {
            await _calls.RunAsync(() => _producer.AbortTransaction(CallTimeout)).ConfigureAwait(false);
        }
        catch (KafkaException exception)
        {
            _warn($"Kafka transactional id {_transactionalId}: a transaction is left open after '{cause.Message}': "
                + exception.Error.Reason);
        }
    }

    // A record that was refused when it was handed over has left its transaction as it was.
    private static bool MayTryAgain(KafkaException exception) =>
        !exception.Error.IsFatal && exception.Error.Code != ErrorCode.Local_Fatal && !KafkaTransactionException.Fences(exception.Error)
        && exception is KafkaTxnRequiresAbortException or ProduceException<byte[]?, byte[]?>;

    /// <summary>The first record of a transaction that the brokers refused.</summary>
    private sealed class Refusal
    {
        private readonly Lock _gate = new();

        internal string Topic { get; private set; } = "";

        internal Error Error { get; private set; } = new(ErrorCode.NoError);

        internal bool IsFinal => IsFinalError(Error);

        /// <summary>Whether the same record would be refused again.</summary>
        internal static bool IsFinalError(Error error) => error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge
            or ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp
            or ErrorCode.PolicyViolation or ErrorCode.UnsupportedForMessageFormat or ErrorCode.ClusterAuthorizationFailed;

        internal Action<DeliveryReport<byte[]?, byte[]?>> Handler(string topic) => report =>
        {
            if (!report.Error.IsError)
            {
                return;
            }

            lock (_gate)
            {
                if (!IsFinal)
                {
                    Topic = topic;
                    Error = report.Error;
                }
            }
        };
    }
}
