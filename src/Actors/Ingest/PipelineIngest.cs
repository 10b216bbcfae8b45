using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Reads a pipeline's topic on this node: has a <see cref="PartitionIngest"/> for each partition that the node is given, and ends all of
/// them when one fails.
/// </summary>
public sealed class PipelineIngest : ReceiveActor
{
    // By the child: a partition that comes back may find its last ingest still at work.
    private readonly Dictionary<IActorRef, int> _partitions = [];
    private readonly IngestServices _services;
    private readonly TaskCompletionSource _ended;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly KafkaSourceControl _source;
    private bool _sourceEnded;
    private bool _draining;

    /// <param name="services">What it works with.</param>
    /// <param name="ended">Ends when the ingest has stopped, with what made it fail.</param>
    public PipelineIngest(IngestServices services, TaskCompletionSource ended)
    {
        _services = services;
        _ended = ended;
        var self = Self;
        var pipeline = services.Pipeline;
        var (control, completion) = KafkaSource.Partitions(services.Kafka, pipeline.LogTopic, services.Group, pipeline.LogStart, pipeline.LostRecords)
            .ToMaterialized(Sink.ForEach<PartitionEvent>(partitionEvent => self.Tell(partitionEvent)), Keep.Both)
            .Run(Context.Materializer());
        _source = control;
        completion.PipeTo(self, success: () => new SourceEnded(null), failure: cause => new SourceEnded(cause));

        Receive<PartitionAssigned>(OnAssigned);
        Receive<PartitionRevoked>(OnRevoked);
        Receive<PartitionIngest.Ended>(ended => OnPartitionEnded(Sender, ended.Cause));
        Receive<SourceEnded>(ended =>
        {
            _sourceEnded = true;
            OnFailure(ended.Cause);
            StopIfDone();
        });
        Receive<Drain>(_ =>
        {
            _draining = true;
            _source.Stop();
        });
    }

    /// <summary>Tells an ingest to read no more and to stop once everything read is answered, written and stored.</summary>
    public sealed record Drain
    {
        /// <summary>The only one.</summary>
        public static readonly Drain Instance = new();
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        // What a partition ingest does not expect ends the pipeline: going on without the partition would go unnoticed.
        OnPartitionEnded(Sender, cause);
        return Directive.Stop;
    });

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _source.Stop();
        _ended.TrySetResult();
    }

    private void OnAssigned(PartitionAssigned assigned)
    {
        var services = _services;
        var ingest = Context.ActorOf(Props.Create(() => new PartitionIngest(services, assigned)));
        _partitions.Add(ingest, assigned.Partition);
        _services.Progress.AddPartition(1);
    }

    private void OnRevoked(PartitionRevoked revoked)
    {
        _log.Info(
            "Pipeline {0}: partition {1} of {2} is {3}", _services.Pipeline.Name, revoked.Partition, revoked.Topic, revoked.Lost ? "lost" : "revoked");
        foreach (var (ingest, _) in _partitions.Where(partition => partition.Value == revoked.Partition))
        {
            // A node that stops is asked for its learners' scores once more.
            ingest.Tell(new PartitionIngest.GiveUp(revoked.Lost, Release: !_draining));
        }
    }

    private void OnPartitionEnded(IActorRef ingest, Exception? cause)
    {
        if (_partitions.Remove(ingest))
        {
            _services.Progress.AddPartition(-1);
        }

        OnFailure(cause);
        StopIfDone();
    }

    private void OnFailure(Exception? cause)
    {
        if (cause is not null and not OperationCanceledException)
        {
            _log.Error("Pipeline {0} stops: {1}", _services.Pipeline.Name, cause.Message);
            _ended.TrySetException(cause);
            _draining = true;
            _source.Stop();
        }
    }

    private void StopIfDone()
    {
        if (_sourceEnded && _partitions.Count == 0)
        {
            Context.Stop(Self);
        }
    }

    private sealed record SourceEnded(Exception? Cause);
}
