using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// Reads a pipeline's topic on this node: runs the stream of each partition that the node is given, and ends all of them when one fails.
/// </summary>
public sealed class PipelineIngest : ReceiveActor
{
    private readonly Dictionary<int, PartitionStream> _streams = [];
    private readonly PipelineDefinition _pipeline;
    private readonly IActorRef _buckets;
    private readonly KafkaBatchProducer _producer;
    private readonly PipelineProgress _progress;
    private readonly TaskCompletionSource _ended;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly KafkaSourceControl _source;
    private int _started;
    private bool _sourceEnded;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="kafka">How its topics are reached.</param>
    /// <param name="group">Consumer group.</param>
    /// <param name="buckets">Shard region of its buckets.</param>
    /// <param name="producer">Writes its outputs.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="ended">Ends when the ingest has stopped, with what made it fail.</param>
    public PipelineIngest(
        PipelineDefinition pipeline, KafkaSettings kafka, string group, IActorRef buckets, KafkaBatchProducer producer,
        PipelineProgress progress, TaskCompletionSource ended)
    {
        _pipeline = pipeline;
        _buckets = buckets;
        _producer = producer;
        _progress = progress;
        _ended = ended;
        var self = Self;
        var (control, completion) = KafkaSource.Partitions(kafka, pipeline.Topic, group, pipeline.Start, pipeline.LostRecords)
            .ToMaterialized(Sink.ForEach<PartitionEvent>(partitionEvent => self.Tell(partitionEvent)), Keep.Both)
            .Run(_materializer);
        _source = control;
        completion.PipeTo(self, success: () => new StreamEnded(Source, null), failure: cause => new StreamEnded(Source, cause));

        Receive<PartitionAssigned>(OnAssigned);
        Receive<PartitionRevoked>(OnRevoked);
        Receive<StreamEnded>(OnEnded);
        Receive<Drain>(_ => _source.Stop());
    }

    private const int Source = -1;

    /// <summary>Tells an ingest to read no more and to stop once everything read is answered and written.</summary>
    public sealed record Drain
    {
        /// <summary>The only one.</summary>
        public static readonly Drain Instance = new();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _source.Stop();
        _ended.TrySetResult();
    }

    private void OnAssigned(PartitionAssigned assigned)
    {
        _log.Info("Pipeline {0}: partition {1} of {2} is read here", _pipeline.Name, assigned.Partition, assigned.Topic);
        var decoder = _pipeline.Schema.CreateDecoder();
        var encoder = new OutputEncoder(_pipeline);
        var ingest = new IngestStage(_pipeline, assigned.Partition, _buckets, _progress, assigned.Control.Seek);
        var (killSwitch, completion) = assigned.Records
            .ViaMaterialized(KillSwitches.Single<Streams.Records.RecordBatch>(), Keep.Right)
            .Select(decoder.Decode)
            .Async()
            .Via(ingest)
            .Async()
            .Select(encoder.Encode)
            .SelectAsync(1, EnqueueAsync)
            .SelectAsync(_pipeline.Chunks.InFlight, DeliveredAsync)
            .ToMaterialized(Sink.ForEach<EncodedOutput>(Count), Keep.Both)
            .Run(_materializer);
        // By number, not by partition: one that comes back may find its last stream still at work.
        var stream = _started++;
        _streams.Add(stream, new PartitionStream(assigned.Partition, killSwitch));
        _progress.AddPartition(1);
        completion.ContinueWith(
            task =>
            {
                encoder.Dispose();
                assigned.Control.Release();
                return new StreamEnded(stream, task.Exception?.GetBaseException());
            },
            TaskScheduler.Default).PipeTo(Self);
        _ = StartAsync(assigned.Control);
    }

    private static async Task StartAsync(PartitionControl control)
    {
        try
        {
            control.Seek(await control.StartOffsetAsync().ConfigureAwait(false), 0);
        }
        catch (OperationCanceledException)
        {
            // Revoked before it was read.
        }
    }

    private void OnRevoked(PartitionRevoked revoked)
    {
        _log.Info("Pipeline {0}: partition {1} of {2} is {3}", _pipeline.Name, revoked.Partition, revoked.Topic, revoked.Lost ? "lost" : "revoked");
        if (!revoked.Lost)
        {
            return;
        }

        // Somebody else may have it already: what is under way is dropped.
        foreach (var stream in _streams.Values.Where(stream => stream.Partition == revoked.Partition))
        {
            stream.KillSwitch.Abort(new OperationCanceledException("The partition is lost."));
        }
    }

    private void OnEnded(StreamEnded ended)
    {
        if (ended.Stream == Source)
        {
            _sourceEnded = true;
        }
        else if (_streams.Remove(ended.Stream))
        {
            _progress.AddPartition(-1);
        }

        if (ended.Cause is not null and not OperationCanceledException)
        {
            _log.Error("Pipeline {0} stops: {1}", _pipeline.Name, ended.Cause.Message);
            _ended.TrySetException(ended.Cause);
            _source.Stop();
        }

        if (_sourceEnded && _streams.Count == 0)
        {
            Context.Stop(Self);
        }
    }

    /// <summary>One output after the other: what is said of a key has the order of its records on every topic, a cleared alert comes after
    /// the raised one.</summary>
    private async Task<(EncodedOutput Output, Task Delivered)> EnqueueAsync(EncodedOutput output)
    {
        Task[] delivered =
        [
            await _producer.EnqueueAsync(output.Predictions).ConfigureAwait(false),
            await _producer.EnqueueAsync(output.DeadLetters).ConfigureAwait(false),
            await _producer.EnqueueAsync(output.Drift).ConfigureAwait(false),
            await _producer.EnqueueAsync(output.Alerts).ConfigureAwait(false),
        ];
        return (output, Task.WhenAll(delivered));
    }

    private static async Task<EncodedOutput> DeliveredAsync((EncodedOutput Output, Task Delivered) written)
    {
        await written.Delivered.ConfigureAwait(false);
        return written.Output;
    }

    private void Count(EncodedOutput output) => _progress.AddDelivered(output);

    private sealed record PartitionStream(int Partition, UniqueKillSwitch KillSwitch);

    private sealed record StreamEnded(int Stream, Exception? Cause);
}
