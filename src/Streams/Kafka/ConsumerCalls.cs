using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>What is asked of a consumer beside its polling, for all of its partitions. None of it needs the thread that polls.</summary>
internal sealed class ConsumerCalls(IConsumer<PayloadSlice, PayloadSlice> consumer, string name) : IDisposable
{
    // Queries take 2 s at most; a commit waits for the group's coordinator as long as the session lasts.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly CallThread _questions = new($"kafka-ask-{name}");

    // In order, so that an older offset never comes after a newer one, and not behind questions to a broker that is away.
    private readonly CallThread _commits = new($"kafka-commit-{name}");
    private readonly Lock _gate = new();
    private bool _closed;

    internal Task<T> AskAsync<T>(Func<IConsumer<PayloadSlice, PayloadSlice>, T> question) => _questions.RunAsync(() => question(consumer));

    /// <param name="next">Says what to commit when its turn has come.</param>
    internal Task CommitAsync(Func<TopicPartitionOffset> next) => _commits.RunAsync(() => consumer.Commit([next()]));

    /// <exception cref="ObjectDisposedException">The consumer has been closed.</exception>
    internal IConsumerGroupMetadata GroupMetadata()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return consumer.ConsumerGroupMetadata;
        }
    }

    /// <summary>To be called before the consumer is closed: a native client does not survive a call that comes after.</summary>
    /// <remarks>May be called again.</remarks>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _questions.Close(CloseTimeout);
        _commits.Close(CloseTimeout);
    }

    public void Dispose()
    {
        Close();
        _questions.Dispose();
        _commits.Dispose();
    }
}
