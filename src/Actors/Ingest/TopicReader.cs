using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>An actor that reads a topic for a pipeline: hears which partitions its node is given, works on each, and ends when all of that
/// has ended or something has failed.</summary>
public abstract class TopicReader : ReceiveActor
{
    private readonly TaskCompletionSource _ended;
    private readonly KafkaSourceControl _source;
    private bool _sourceEnded;

    /// <param name="services">What it works with.</param>
    /// <param name="ended">Ends when the reader has stopped, with what made it fail.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="start">Where a topic is begun that the group has never read.</param>
    private protected TopicReader(
        IngestServices services, TaskCompletionSource ended, string topic, string group, StartOffset start)
    {
        Services = services;
        _ended = ended;
        Materializer = Context.Materializer();
        var self = Self;
        var (control, completion) = KafkaSource.Partitions(services.Kafka, topic, group, start, services.Pipeline.LostRecords)
            .ToMaterialized(Sink.ForEach<PartitionEvent>(partitionEvent => self.Tell(partitionEvent)), Keep.Both)
            .Run(Materializer);
        _source = control;
        completion.PipeTo(self, success: () => new SourceEnded(null), failure: cause => new SourceEnded(cause));

        Receive<PartitionAssigned>(OnAssigned);
        Receive<PartitionRevoked>(OnRevoked);
        Receive<SourceEnded>(source =>
        {
            _sourceEnded = true;
            OnEnded(source.Cause);
        });
        Receive<Drain>(_ => Stop());
    }

    /// <summary>Tells a reader to read no more and to stop once everything read is done with.</summary>
    public sealed record Drain
    {
        /// <summary>The only one.</summary>
        public static readonly Drain Instance = new();
    }

    private protected IngestServices Services { get; }

    private protected ILoggingAdapter Log { get; } = Context.GetLogger();

    private protected ActorMaterializer Materializer { get; }

    /// <summary>Whether it reads no more.</summary>
    private protected bool IsStopping { get; private set; }

    /// <summary>Whether a partition is still worked on.</summary>
    private protected abstract bool IsAtWork { get; }

    /// <summary>What stops, in the log.</summary>
    private protected abstract string Name { get; }

    private protected abstract void OnAssigned(PartitionAssigned assigned);

    private protected abstract void OnRevoked(PartitionRevoked revoked);

    /// <summary>Notes that a part has ended, and stops when all have. What has failed ends the others too: going on without it would go
    /// unnoticed.</summary>
    private protected void OnEnded(Exception? cause)
    {
        if (cause is not null and not OperationCanceledException)
        {
            Log.Error("{Reader} stops: {Problem}", Name, cause.Message);
            _ended.TrySetException(cause);
            Stop();
        }

        if (_sourceEnded && !IsAtWork)
        {
            Context.Stop(Self);
        }
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        _ended.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _source.Stop();
        _ended.TrySetResult();
    }

    private void Stop()
    {
        IsStopping = true;
        _source.Stop();
    }

    private sealed record SourceEnded(Exception? Cause);
}
