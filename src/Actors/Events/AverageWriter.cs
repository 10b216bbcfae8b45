using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Ingest;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Events;

/// <summary>
/// Reads what the replicas of a pipeline contribute and writes their averages into every partition of the events topic. At least once, and in order; what
/// is written again, here or by another that does not know of this one, is the same, and buckets drop it.
/// </summary>
/// <remarks>
/// <para>Why replicas never come apart. Averages are a function of the log of contributions (<see cref="ContributionGroups"/>): every writer makes the same
/// ones, each named by the offset that closed its group. A writer begins at a stored place all of whose averages are in all partitions, and writes those after
/// it in order. So the first time that an average is in a partition all before it are there already, and what a bucket keeps of a partition, those above
/// the last offset it has seen, is the whole sequence of averages, everywhere.</para>
/// <para>Why a contribution counts once: <see cref="SliceExchange"/>'s remarks, and because an ingest stores no state before what its replica contributed is
/// delivered: of a replica's contributions none is in the log for the first time after a later one.</para>
/// </remarks>
public sealed class AverageWriter : TopicReader
{
    // Contributions are large.
    private const int BatchRecords = 16;
    private const int BufferedBatches = 2;

    // What is stored and committed at once.
    private const int StoreEvery = 16;
    private static readonly TimeSpan StoreAfter = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<PartitionControl, (int Partition, UniqueKillSwitch KillSwitch)> _streams = [];

    /// <param name="services">What it works with.</param>
    /// <param name="ended">Ends when the writer has stopped, with what made it fail.</param>
    public AverageWriter(IngestServices services, TaskCompletionSource ended)
        : base(OwnServices(services), ended, services.Pipeline.ContributionsTopic, services.Group + "-averages", StartOffset.Earliest)
    {
        Receive<StreamEnded>(stream =>
        {
            _streams.Remove(stream.Control);
            OnEnded(stream.Cause);
        });
        Receive<StartFailed>(failed =>
        {
            if (_streams.TryGetValue(failed.Control, out var stream))
            {
                stream.KillSwitch.Abort(failed.Cause);
            }
        });
    }

    private protected override bool IsAtWork => _streams.Count > 0;

    private protected override string Name => $"The writer of averages for pipeline {Pipeline.Name}";

    private PipelineDefinition Pipeline => Services.Pipeline;

    private protected override void OnAssigned(PartitionAssigned assigned)
    {
        var control = assigned.Control;
        var work = new Work(
            new AverageState(Services.Store, Pipeline.ContributionsTopic, Pipeline.Partitions), new AverageRouter(Pipeline.Partitions));
        var (killSwitch, completion) = assigned.Records
            .ViaMaterialized(KillSwitches.Single<RecordBatch>(), Keep.Right)
            .WatchTermination((materialized, ended) =>
            {
                work.RecordsEnded = ended;
                return materialized;
            })
            .SelectAsync(1, records => WriteAsync(work, records))
            .GroupedWithin(StoreEvery, StoreAfter)
            .Select(written => written.Last())

            // While the store is away averages go on: the last place stands for those before it.
            .Conflate((_, later) => later)
            .SelectAsync(1, async written =>
            {
                await StoreAsync(control, work, written).ConfigureAwait(false);
                return Akka.NotUsed.Instance;
            })
            .ToMaterialized(Sink.Ignore<Akka.NotUsed>(), Keep.Both)
            .Run(Materializer);
        _streams.Add(control, (assigned.Partition, killSwitch));
        completion.ContinueWith(
            task =>
            {
                work.HasEnded = true;
                Services.Progress.ForgetCheckpointProblem(PipelineProgress.Averages);
                control.Release();
                return new StreamEnded(control, task.Exception?.GetBaseException());
            },
            TaskScheduler.Default).PipeTo(Self);
        StartAsync(control, work).PipeTo(Self, failure: cause => new StartFailed(control, cause));
    }

    private protected override void OnRevoked(PartitionRevoked revoked)
    {
        if (revoked.Lost)
        {
            foreach (var (_, killSwitch) in _streams.Values.Where(stream => stream.Partition == revoked.Partition))
            {
                killSwitch.Abort(new OwnershipLostException("The partition is lost."));
            }
        }
    }

    /// <summary>Contributions are never skipped: a replica whose contribution is in no average waits for it.</summary>
    private static IngestServices OwnServices(IngestServices services) => services with
    {
        Pipeline = services.Pipeline with { LostRecords = LostRecords.Stop },
        Kafka = new KafkaSettings
        {
            BootstrapServers = services.Kafka.BootstrapServers,
            Client = services.Kafka.Client,
            Consumer = services.Kafka.Consumer,
            Producer = services.Kafka.Producer,
            StartupTimeout = services.Kafka.StartupTimeout,
            BatchRecords = BatchRecords,
            BufferedBatches = BufferedBatches,
            RevokeTimeout = services.Kafka.RevokeTimeout,
        },
    };

    /// <summary>Goes on where what is stored ends; without anything stored, at the log's start.</summary>
    private async Task StartAsync(PartitionControl control, Work work)
    {
        var backOff = new BackOff();
        while (!work.HasEnded)
        {
            try
            {
                var (groups, isStored, damage) = await work.State.TakeAsync().ConfigureAwait(false);
                foreach (var found in damage)
                {
                    Log.Error("{0}: {1}. The state before it is used, and what it lacks is read again", Name, found);
                }

                work.Groups = groups;
                var from = isStored ? groups.From : await control.StartOffsetAsync().ConfigureAwait(false);
                Log.Info("{0} begins at offset {1}", Name, from);
                Services.Progress.ForgetCheckpointProblem(PipelineProgress.Averages);
                control.Seek(from, 0);
                return;
            }
            catch (CheckpointStoreException exception)
            {
                var wait = backOff.Next();
                Log.Warning("{0}: {1}; tried again in {2} s", Name, exception.Message, wait.TotalSeconds);
                Note(work, exception);
                await Task.Delay(wait, Services.Time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes contributions in and writes the averages that they make.</summary>
    /// <returns>What may be stored now that these are delivered.</returns>
    private async Task<Written> WriteAsync(Work work, RecordBatch records)
    {
        var groups = work.Groups!;
        var unusable = groups.Unusable;
        var averages = new List<OutputRecord>();
        for (var row = 0; row < records.Count; row++)
        {
            if (groups.Add(records.Offsets[row], records.Value(row)) is { } average)
            {
                averages.AddRange(work.Router.Route(average, records.Timestamps[row]));
            }
        }

        if (groups.Unusable > unusable)
        {
            Log.Error(
                "{0}: {1} of the records up to offset {2} of {3} are no contributions of this pipeline's model. Nobody else may write to that topic",
                Name, groups.Unusable - unusable, records.Offsets[^1], records.Topic);
        }

        await Services.Producer.SendAsync(new OutputBatch(Pipeline.EventsTopic, averages)).ConfigureAwait(false);
        return new Written(AverageState.Capture(groups), groups.From);
    }

    /// <summary>Stores the place, as often as it takes; once more at the most where there is nothing more to read.</summary>
    private async Task StoreAsync(PartitionControl control, Work work, Written written)
    {
        var backOff = new BackOff();
        while (!work.HasEnded)
        {
            var isLast = work.RecordsEnded.IsCompleted;
            try
            {
                if (await work.State.SaveAsync(written.Captured).ConfigureAwait(false))
                {
                    Log.Info("{0}: another has had the state, and has made the same averages", Name);
                }

                Services.Progress.ForgetCheckpointProblem(PipelineProgress.Averages);
                await control.CommitAsync(written.From).ConfigureAwait(false);
                return;
            }
            catch (CheckpointStoreException exception)
            {
                const string consequence = "Nothing is lost: the averages since are made again, the same";
                if (isLast)
                {
                    Log.Warning("{0}: its place could not be stored: {1}. {2}", Name, exception.Message, consequence);
                    return;
                }

                var wait = backOff.Next();
                Log.Warning(
                    "{0}: its place could not be stored: {1}; tried again in {2} s. {3}", Name, exception.Message, wait.TotalSeconds, consequence);
                Note(work, exception);
                await Task.WhenAny(Task.Delay(wait, Services.Time), work.RecordsEnded).ConfigureAwait(false);
            }
            catch (KafkaCommitException exception)
            {
                Log.Info("{0}: {1}. The stored place counts", Name, exception.Message);
                return;
            }
        }
    }

    private void Note(Work work, CheckpointStoreException problem)
    {
        if (!work.HasEnded)
        {
            Services.Progress.NoteCheckpointProblem(PipelineProgress.Averages, problem.Message);
        }
    }

    /// <summary>What one assignment of the partition works with.</summary>
    private sealed record Work(AverageState State, AverageRouter Router)
    {
        /// <summary>Set before the first record is read.</summary>
        internal ContributionGroups? Groups { get; set; }

        /// <summary>Ends with the records.</summary>
        internal Task RecordsEnded { get; set; } = Task.CompletedTask;

        /// <summary>Whether the partition is given back.</summary>
        internal volatile bool HasEnded;
    }

    /// <param name="Captured">The state.</param>
    /// <param name="From">Where whoever goes on from it begins to read.</param>
    private sealed record Written((long Next, byte[] State) Captured, long From);

    private sealed record StartFailed(PartitionControl Control, Exception Cause);

    private sealed record StreamEnded(PartitionControl Control, Exception? Cause);
}
