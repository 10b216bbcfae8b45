using Akka.Actor;
using Akka.Event;
using StreamLearn.Actors.Control;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Reads a pipeline's log on this node: has a <see cref="PartitionIngest"/> for each partition that the node is given, and ends all of them
/// when one fails.
/// </summary>
public sealed class PipelineIngest : TopicReader
{
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromMilliseconds(500);

    // By the child: a partition that comes back may find its last ingest still at work.
    private readonly Dictionary<IActorRef, int> _partitions = [];

    /// <param name="services">What it works with.</param>
    /// <param name="ended">Ends when the ingest has stopped, with what made it fail.</param>
    public PipelineIngest(IngestServices services, TaskCompletionSource ended)
        : base(services, ended, services.Pipeline.LogTopic, services.Group, services.Pipeline.LogStart)
    {
        Receive<PartitionIngest.Ended>(partition => OnPartitionEnded(Sender, partition.Cause));
        Receive<MakeCheckpoint>(order => MadeAsync(order).PipeTo(Sender));
    }

    private protected override bool IsAtWork => _partitions.Count > 0;

    private protected override string Name => $"Pipeline {Services.Pipeline.Name}";

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        // What a partition ingest does not expect.
        OnPartitionEnded(Sender, cause);
        return Directive.Stop;
    });

    private protected override void OnAssigned(PartitionAssigned assigned)
    {
        var services = Services;
        var ingest = Context.ActorOf(Props.Create(() => new PartitionIngest(services, assigned)));
        _partitions.Add(ingest, assigned.Partition);
        Services.Progress.AddPartition(1);
    }

    private protected override void OnRevoked(PartitionRevoked revoked)
    {
        Log.Info("{Reader}: partition {Partition} of {Topic} is {Change}", Name, revoked.Partition, revoked.Topic, revoked.Lost ? "lost" : "revoked");
        foreach (var (ingest, _) in _partitions.Where(partition => partition.Value == revoked.Partition))
        {
            // A node that stops is asked for its learners' scores once more.
            ingest.Tell(new PartitionIngest.GiveUp(revoked.Lost, Release: !IsStopping));
        }
    }

    /// <summary>Asks all partitions at once; one that has ended meanwhile does not answer.</summary>
    private Task<CheckpointsMade> MadeAsync(MakeCheckpoint order)
    {
        return MadeByAllAsync([.. _partitions.Select(partition => AskAsync(partition.Key, partition.Value))]);

        async Task<PartitionCheckpoint> AskAsync(IActorRef ingest, int partition)
        {
            try
            {
                return await ingest.Ask<PartitionCheckpoint>(order, order.Limit + AnswerMargin).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                return new PartitionCheckpoint(partition, -1, "the partition has just been given back");
            }
        }

        static async Task<CheckpointsMade> MadeByAllAsync(Task<PartitionCheckpoint>[] answers) => new(await Task.WhenAll(answers).ConfigureAwait(false));
    }

    private void OnPartitionEnded(IActorRef ingest, Exception? cause)
    {
        if (_partitions.Remove(ingest))
        {
            Services.Progress.AddPartition(-1);
        }

        OnEnded(cause);
    }
}
