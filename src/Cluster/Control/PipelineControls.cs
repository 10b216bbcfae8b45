using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Control;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Control;

/// <summary>
/// What an operator can do to the pipelines of a cluster, from any of its nodes: freeze and unfreeze their learners, which stands in the log; pause and resume their reading,
/// which is stored for all nodes; have checkpoints made. Thread-safe. Each takes some ten seconds at most.
/// </summary>
public sealed class PipelineControls
{
    private const int RequestDigits = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastRound = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    private readonly ActorSystem _system;
    private readonly IReadOnlyDictionary<string, PipelineDefinition> _pipelines;
    private readonly KafkaBatchProducer _producer;
    private readonly ICheckpointStore _store;
    private readonly TimeProvider _time;

    private PipelineControls(
        ActorSystem system, IReadOnlyList<RunningPipeline> pipelines, KafkaBatchProducer producer, ICheckpointStore store, TimeProvider time)
    {
        _system = system;
        _pipelines = pipelines.ToDictionary(pipeline => pipeline.Definition.Name, pipeline => pipeline.Definition, StringComparer.Ordinal);
        _producer = producer;
        _store = store;
        _time = time;
    }

    /// <summary>Starts to do on this node what operators want, and to pass on what they want of others.</summary>
    internal static PipelineControls Start(
        ActorSystem system, IReadOnlyList<RunningPipeline> pipelines, KafkaBatchProducer producer, ICheckpointStore store, TimeProvider time)
    {
        var controlled = pipelines.ToDictionary(
            pipeline => pipeline.Definition.Name, pipeline => new ControlledPipeline(pipeline.Progress.Pause, pipeline.Ingest), StringComparer.Ordinal);
        system.ActorOf(Props.Create(() => new ControlAgent(controlled, store, time)), ControlAgent.ActorName);
        return new PipelineControls(system, pipelines, producer, store, time);
    }

    /// <summary>Tells the learners of a pipeline, or of one key, to learn no more, or to learn again. What was said last counts; to say it twice changes nothing.</summary>
    /// <param name="name">The pipeline.</param>
    /// <param name="verb">What to do.</param>
    /// <param name="key">The key; null: all keys, those that come later too.</param>
    /// <returns>Where it is written: learners hear it when they come to it.</returns>
    /// <exception cref="ControlException">It was not written, or not everywhere: to be said again.</exception>
    public async Task<FreezeReport> SayAsync(string name, ControlVerb verb, string? key)
    {
        var pipeline = Find(name);
        if (!pipeline.CopiesRecords)
        {
            throw new ControlException(
                ControlProblem.Impossible,
                $"The learners of pipeline {name} cannot be told in their log: it is the topic {pipeline.Topic}, which is somebody else's. Expected a pipeline whose records are copied "
                + $"into {pipeline.EventsTopic} first: several sources, or streamlearn.pipelines.{name}.source.key with the field of the key and source.co-partitioned = off.");
        }

        if (key is not null && pipeline.HasReplicas)
        {
            throw new ControlException(
                ControlProblem.Impossible, $"Pipeline {name} has replicas of one model for all keys, and no model of a key; expected no key.");
        }

        var control = new ControlRecord(
            verb, key is null ? ControlScope.Pipeline : ControlScope.Key, RandomNumberGenerator.GetHexString(RequestDigits, lowercase: true));
        var records = new ControlRouter(pipeline.Partitions).Route(control, Encoding.UTF8.GetBytes(key ?? ""), _time.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            await _producer.SendAsync(new OutputBatch(pipeline.EventsTopic, records)).WaitAsync(Limit, _time).ConfigureAwait(false);
        }
        catch (KafkaDeliveryException exception)
        {
            throw new ControlException(ControlProblem.Away, $"It was not written into {pipeline.EventsTopic}, or not into all of its partitions: {exception.Message}. Say it again.");
        }
        catch (TimeoutException)
        {
            throw new ControlException(
                ControlProblem.Away,
                $"Kafka has not acknowledged it within {Limit.TotalSeconds:0} s: it may stand in {pipeline.EventsTopic}, or come there when the brokers are back. Say it again, or the contrary, then.");
        }

        _system.Log.Info("Pipeline {0}: {1} of {2} is written into {3}, request {4}", name, verb, key is null ? "all keys" : "a key", pipeline.EventsTopic, control.Request);
        return new FreezeReport
        {
            Pipeline = name,
            Key = key,
            Frozen = verb == ControlVerb.Freeze,
            Partitions = [.. records.Select(record => record.Partition)],
            Request = control.Request,
        };
    }

    /// <summary>Has a pipeline read nothing more, on all nodes, until it is resumed; a node that starts again stays paused. What has been read is finished and stored.</summary>
    /// <returns>How it stands: it is stored, and nodes that have not answered see it within a second or so.</returns>
    /// <exception cref="ControlException">It is not paused.</exception>
    public async Task<CheckpointReport> PauseAsync(string name)
    {
        var pipeline = Find(name);
        await StoreAsync(name, paused: true).ConfigureAwait(false);
        return await AskAsync(pipeline, checkpoint: true, wanted: true).ConfigureAwait(false);
    }

    /// <summary>Has a pipeline read on where it was paused.</summary>
    /// <inheritdoc cref="PauseAsync"/>
    public async Task<CheckpointReport> ResumeAsync(string name)
    {
        var pipeline = Find(name);
        await StoreAsync(name, paused: false).ConfigureAwait(false);
        return await AskAsync(pipeline, checkpoint: false, wanted: false).ConfigureAwait(false);
    }

    /// <summary>Has all that a pipeline has learned stored, now, and its offsets committed. Nothing is learned otherwise for it.</summary>
    /// <exception cref="ControlException">Not all partitions have made a checkpoint.</exception>
    public async Task<CheckpointReport> CheckpointAsync(string name)
    {
        var report = await AskAsync(Find(name), checkpoint: true, wanted: null).ConfigureAwait(false);
        if (report.Unread.Count == 0 && report.Waiting.Count == 0)
        {
            return report;
        }

        var unread = report.Unread.Count == 0 ? [] : new[] { $"no node reads the partitions {string.Join(", ", report.Unread)}" };
        throw new ControlException(
            report.Waiting.Count > 0 ? ControlProblem.Late : ControlProblem.Away,
            $"Pipeline {name} has a new checkpoint of {report.Partitions.Count} partitions; expected all, and {string.Join("; ", report.Waiting.Concat(unread))}.");
    }

    private PipelineDefinition Find(string name) => _pipelines.TryGetValue(name, out var pipeline)
        ? pipeline
        : throw new ControlException(ControlProblem.UnknownPipeline, $"This node does not run that pipeline; expected one of {string.Join(", ", _pipelines.Keys.Order(StringComparer.Ordinal))}.");

    private async Task StoreAsync(string name, bool paused)
    {
        try
        {
            await _store.SetPausedAsync(name, paused).AsTask().WaitAsync(Limit, _time).ConfigureAwait(false);
        }
        catch (CheckpointStoreException exception)
        {
            throw new ControlException(ControlProblem.Away, $"The checkpoint store could not take it, and nothing has changed: {exception.Message}");
        }
        catch (TimeoutException)
        {
            throw new ControlException(ControlProblem.Away, $"The checkpoint store has not answered within {Limit.TotalSeconds:0} s: it may have taken it, or may still. Say it again, or the contrary, then.");
        }
    }

    /// <summary>Asks all nodes that read topics, again as long as something is missing and there is time: while partitions move nobody has some of them.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="checkpoint">Whether checkpoints are wanted.</param>
    /// <param name="wanted">Whether it is to be paused; null: as it is.</param>
    private async Task<CheckpointReport> AskAsync(PipelineDefinition pipeline, bool checkpoint, bool? wanted)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var left = Limit - _time.GetElapsedTime(started);
            var report = await AskOnceAsync(pipeline, checkpoint, wanted, left < LeastRound ? LeastRound : left).ConfigureAwait(false);

            // Of a pipeline that is to be paused, what nobody reads need not be found.
            var isWhole = report.Waiting.Count == 0 && (wanted is not null || report.Unread.Count == 0);
            if (isWhole || Limit - _time.GetElapsedTime(started) < LeastRound)
            {
                return report;
            }

            await Task.Delay(Again, _time).ConfigureAwait(false);
        }
    }

    private async Task<CheckpointReport> AskOnceAsync(PipelineDefinition pipeline, bool checkpoint, bool? wanted, TimeSpan limit)
    {
        var cluster = Akka.Cluster.Cluster.Get(_system);
        var state = cluster.State;
        var readers = state.Members
            .Where(member => member.HasRole(NodeRole.Ingest) && member.Status is MemberStatus.Up or MemberStatus.Leaving)
            .Select(member => (member.Address, IsReached: !state.Unreachable.Contains(member))).ToList();
        var question = new ControlQuestion(pipeline.Name, checkpoint, (int)limit.TotalMilliseconds);
        var answers = await Task.WhenAll(readers.Select(reader =>
            reader.IsReached ? AskAsync(reader.Address, question, limit + AnswerMargin) : Task.FromResult<ControlAnswer?>(null))).ConfigureAwait(false);
        var made = new SortedDictionary<int, CheckpointedPartition>();
        var waiting = new List<string>();
        foreach (var ((address, isReached), answer) in readers.Zip(answers))
        {
            foreach (var partition in answer?.Partitions ?? [])
            {
                if (partition.Problem is { } problem)
                {
                    waiting.Add($"partition {partition.Partition} on {address}: {problem}");
                }
                else
                {
                    made[partition.Partition] = new CheckpointedPartition(partition.Partition, partition.Next, address.ToString());
                }
            }

            if (answer is null)
            {
                waiting.Add($"the node at {address} {(isReached ? "has not answered" : "cannot be reached")}");
            }
            else if (answer.Problem is { } problem)
            {
                waiting.Add($"the node at {address}: {problem}");
            }
        }

        return new CheckpointReport
        {
            Pipeline = pipeline.Name,
            Paused = wanted ?? answers.Any(answer => answer?.Paused == true),
            Partitions = [.. made.Values],
            Unread = checkpoint && waiting.Count == 0 ? [.. Enumerable.Range(0, pipeline.Partitions).Where(partition => !made.ContainsKey(partition))] : [],
            Waiting = waiting,
        };
    }

    private async Task<ControlAnswer?> AskAsync(Address address, ControlQuestion question, TimeSpan limit)
    {
        try
        {
            return await _system.ActorSelection(new RootActorPath(address) / "user" / ControlAgent.ActorName).Ask<ControlAnswer>(question, limit).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
