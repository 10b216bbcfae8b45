using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>
/// A member of a group that owns its partitions as a pipeline does: it reads from the stored place, commits what it has read, and when a
/// partition is revoked finishes, commits and releases it. However often the group shares its partitions out.
/// </summary>
internal sealed class LogOwner
{
    private readonly IMaterializer _materializer;
    private readonly SharedLog _log;
    private readonly KafkaSourceControl _source;
    private readonly Task _completion;
    private int _assignments;
    private int _revocations;
    private int _read;

    public LogOwner(EmbeddedKafka kafka, IMaterializer materializer, string topic, SharedLog log)
    {
        _materializer = materializer;
        _log = log;
        (_source, _completion) = KafkaSource.Partitions(SourceReader.Settings(kafka), topic, "readers", StartOffset.Earliest)
            .ToMaterialized(Sink.ForEach<PartitionEvent>(OnEvent), Keep.Both)
            .Run(materializer);
    }

    public int Assignments => Volatile.Read(ref _assignments);

    public int Revocations => Volatile.Read(ref _revocations);

    public int Read => Volatile.Read(ref _read);

    public async Task StopAsync()
    {
        _source.Stop();
        await _completion.Within("stopping an owner", "the end of its source");
    }

    private void OnEvent(PartitionEvent happened)
    {
        if (happened is PartitionAssigned assigned)
        {
            Interlocked.Increment(ref _assignments);
            _ = OwnAsync(assigned);
        }
        else
        {
            Interlocked.Increment(ref _revocations);
        }
    }

    private async Task OwnAsync(PartitionAssigned assigned)
    {
        try
        {
            var committed = await assigned.Control.CommittedAsync() ?? 0;
            var stored = _log.Next(assigned.Partition);
            Assert.True(committed <= stored, $"Offset {committed} is committed, and only {stored} stored.");
            assigned.Control.Seek(stored, epoch: 0);
            await assigned.Records.RunForeach(batch => Take(assigned.Partition, batch), _materializer);
            await CommitAsync(assigned);
        }
        catch (OperationCanceledException)
        {
            // Revoked before it was read.
        }
        finally
        {
            assigned.Control.Release();
        }
    }

    private void Take(int partition, RecordBatch batch)
    {
        Interlocked.Add(ref _read, batch.Count);
        _log.Read(partition, Enumerable.Range(0, batch.Count).Select(row => batch.Offsets[row]));
    }

    private async Task CommitAsync(PartitionAssigned assigned)
    {
        var next = _log.Next(assigned.Partition);
        try
        {
            await assigned.Control.CommitAsync(next);
            _log.Commit(assigned.Partition, next);
        }
        catch (KafkaCommitException)
        {
            // The embedded cluster takes no commits while a group shares its partitions out, as a real one does: the store knows.
            _log.RefuseCommit(assigned.Partition);
        }
    }
}
