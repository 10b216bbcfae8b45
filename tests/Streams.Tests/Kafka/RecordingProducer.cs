using System.Text;
using Confluent.Kafka;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>A transactional producer without a broker: writes down what it is asked for, and fails where a test says so.</summary>
internal sealed class RecordingProducer : IProducer<byte[]?, byte[]?>
{
    private readonly Dictionary<string, Queue<Exception>> _failures = [];
    private readonly Queue<ErrorCode> _reports = new();

    /// <summary>The calls in order: <c>init</c>, <c>begin</c>, <c>produce topic key=value</c>, <c>offsets link-load-3@42</c>,
    /// <c>commit</c>, <c>abort</c>.</summary>
    public List<string> Calls { get; } = [];

    public List<Message<byte[]?, byte[]?>> Messages { get; } = [];

    public IConsumerGroupMetadata? Group { get; private set; }

    public Handle Handle => throw new NotSupportedException();

    public string Name => "recording";

    /// <summary>Makes the next calls of a kind (the first word of what is written down) fail, one each.</summary>
    public void Fail(string call, params Exception[] failures)
    {
        if (!_failures.TryGetValue(call, out var queue))
        {
            _failures[call] = queue = new Queue<Exception>();
        }

        foreach (var failure in failures)
        {
            queue.Enqueue(failure);
        }
    }

    /// <summary>What the next delivery reports say.</summary>
    public void Report(params ErrorCode[] codes)
    {
        foreach (var code in codes)
        {
            _reports.Enqueue(code);
        }
    }

    public void InitTransactions(TimeSpan timeout) => Call("init");

    public void BeginTransaction() => Call("begin");

    public void CommitTransaction(TimeSpan timeout) => Call("commit");

    public void AbortTransaction(TimeSpan timeout) => Call("abort");

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout)
    {
        Group = groupMetadata;
        Call($"offsets {string.Join(' ', offsets.Select(offset => $"{offset.Topic}-{offset.Partition.Value}@{offset.Offset.Value}"))}");
    }

    public void Produce(string topic, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>>? deliveryHandler = null)
    {
        Call($"produce {topic} {Text(message.Key)}={Text(message.Value)}");
        Messages.Add(message);
        var code = _reports.TryDequeue(out var next) ? next : ErrorCode.NoError;
        deliveryHandler?.Invoke(new DeliveryReport<byte[]?, byte[]?> { Topic = topic, Message = message, Error = new Error(code) });
    }

    public void Dispose() => Calls.Add("dispose");

    public int AddBrokers(string brokers) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(
        string topic, Message<byte[]?, byte[]?> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DeliveryResult<byte[]?, byte[]?>> ProduceAsync(
        TopicPartition topicPartition, Message<byte[]?, byte[]?> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Produce(
        TopicPartition topicPartition, Message<byte[]?, byte[]?> message,
        Action<DeliveryReport<byte[]?, byte[]?>>? deliveryHandler = null) =>
        throw new NotSupportedException();

    public int Poll(TimeSpan timeout) => throw new NotSupportedException();

    public int Flush(TimeSpan timeout) => throw new NotSupportedException();

    public void Flush(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void CommitTransaction() => throw new NotSupportedException("without a time-out");

    public void AbortTransaction() => throw new NotSupportedException("without a time-out");

    private static string Text(byte[]? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes);

    private void Call(string call)
    {
        Calls.Add(call);
        if (_failures.TryGetValue(call.Split(' ')[0], out var queue) && queue.TryDequeue(out var failure))
        {
            throw failure;
        }
    }
}
