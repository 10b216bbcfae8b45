#pragma warning disable CA1822
using Confluent.Kafka;
namespace StreamLearn.Streams.Kafka;
/// <summary>Stand-in.</summary>
public sealed class PartitionControl
{
    /// <summary>x</summary>
    public Func<Task<long>> Start { get; init; } = () => Task.FromResult(0L);
    /// <summary>x</summary>
    public Action<long, int> OnSeek { get; init; } = (_, _) => { };
    /// <summary>x</summary>
    public Func<long, Task> OnCommit { get; init; } = _ => Task.CompletedTask;
    /// <summary>x</summary>
    public Task<long> StartOffsetAsync() => Start();
    /// <summary>x</summary>
    public Task<long?> CommittedAsync() => Task.FromResult<long?>(null);
    /// <summary>x</summary>
    public void Seek(long offset, int epoch) => OnSeek(offset, epoch);
    /// <summary>x</summary>
    public Task CommitAsync(long next) => OnCommit(next);
    /// <summary>x</summary>
    public IConsumerGroupMetadata GroupMetadata => null!;
    /// <summary>x</summary>
    public void Release() { }
}
