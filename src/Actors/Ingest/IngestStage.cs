using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Stage;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Ingest;

/// <summary>
/// The ingest of one partition as a stream stage: sends the examples of decoded batches to their buckets as chunks, and passes on what the
/// buckets answer. A bounded number of chunks is in flight; one without an answer is sent again; a bucket that has lost something is
/// sent what it lacks, from the log.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="partition">The partition.</param>
/// <param name="buckets">The shard region of the pipeline's buckets.</param>
/// <param name="progress">Is told what goes on.</param>
/// <param name="seek">Goes back in the log: offset, epoch.</param>
internal sealed class IngestStage(
    PipelineDefinition pipeline, int partition, IActorRef buckets, PipelineProgress progress, Action<long, int> seek)
    : GraphStage<FlowShape<DecodedBatch, IngestOutput>>
{
    private readonly Inlet<DecodedBatch> _in = new("Ingest.in");
    private readonly Outlet<IngestOutput> _out = new("Ingest.out");

    public override FlowShape<DecodedBatch, IngestOutput> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, pipeline, partition, buckets, progress, seek);

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string ResendTimer = "resend";

        private readonly PipelineDefinition _pipeline;
        private readonly int _partition;
        private readonly IActorRef _buckets;
        private readonly PipelineProgress _progress;
        private readonly Action<long, int> _seek;
        private readonly Inlet<DecodedBatch> _in;
        private readonly Outlet<IngestOutput> _out;
        private readonly BucketChunker _chunker;
        private readonly IngestProtocol _protocol;
        private readonly Dictionary<(int Bucket, long Last), PendingChunk> _pending = [];
        private readonly AnsweredBefore _answeredBefore = new();

        // The chunks of one batch at most, for which there was no room in flight.
        private readonly Queue<WaitingChunk> _waiting = new();

        // Bounded: nothing is pulled while something waits here, and what comes then are answers to chunks in flight.
        private readonly Queue<IngestOutput> _outputs = new();
        private long _readUpTo = IngestProtocol.Nothing;
        private long _deadLettersUpTo = IngestProtocol.Nothing;

        internal Logic(
            IngestStage stage, PipelineDefinition pipeline, int partition, IActorRef buckets, PipelineProgress progress, Action<long, int> seek)
            : base(stage.Shape)
        {
            _pipeline = pipeline;
            _partition = partition;
            _buckets = buckets;
            _progress = progress;
            _seek = seek;
            _in = stage._in;
            _out = stage._out;
            _chunker = new BucketChunker(pipeline.Buckets, pipeline.Chunks);
            _protocol = new IngestProtocol(pipeline.Buckets);
            SetHandler(_in, onPush: OnPush, onUpstreamFinish: GoOn);
            SetHandler(_out, onPull: GoOn);
        }

        public override void PreStart()
        {
            GetStageActor(received => OnAnswer(received.Item2));
            ScheduleRepeatedly(ResendTimer, _pipeline.Chunks.ResendAfter);
        }

        protected override void OnTimer(object timerKey)
        {
            foreach (var chunk in _pending.Values.Where(chunk => chunk.IsDueAtTick()).OrderBy(chunk => chunk.Message.Last))
            {
                _buckets.Tell(chunk.Message, StageActor.Ref);
            }
        }

        private void OnPush()
        {
            var batch = Grab(_in);
            if (batch.Records.Epoch == _protocol.Epoch)
            {
                Warn(batch);
                PassOnDeadLetters(batch);
                _chunker.Split(batch, (bucket, examples, rows) => _waiting.Enqueue(new WaitingChunk(batch, bucket, examples, rows)));
                _readUpTo = batch.Examples.Count > 0 ? Math.Max(_readUpTo, batch.Examples.Offsets[^1]) : _readUpTo;
            }

            GoOn();
        }

        private void PassOnDeadLetters(DecodedBatch batch)
        {
            var first = Array.FindIndex(batch.DeadLetters, letter => batch.Records.Offsets[letter.Row] > _deadLettersUpTo);
            if (first >= 0)
            {
                _deadLettersUpTo = batch.Records.Offsets[batch.DeadLetters[^1].Row];
                _outputs.Enqueue(new UndecodedRecords(batch, first));
            }
        }

        private void Send(WaitingChunk waiting)
        {
            var (batch, bucket, examples, rows) = waiting;
            var id = new BucketId(_partition, bucket);
            var last = examples.Offsets[^1];
            var previous = _protocol.Send(bucket, examples.Offsets[0], last);
            var chunk = new Chunk(id, _protocol.Epoch, previous, last, examples);
            _pending.Add((bucket, last), new PendingChunk(chunk, batch, rows));
            _progress.Touch(id);
            _buckets.Tell(chunk, StageActor.Ref);
        }

        private void OnAnswer(object answer)
        {
            switch (answer)
            {
                case Ack ack when _protocol.Acknowledge(ack.Bucket.Bucket, ack.Epoch, ack.ChunkLast):
                    _pending.Remove((ack.Bucket.Bucket, ack.ChunkLast), out var chunk);
                    _outputs.Enqueue(new AnsweredChunk(
                        chunk!.Source, chunk.Rows, ack.FirstRow, ack.Predictions, _answeredBefore.Answer(chunk.Message.Examples.Offsets)));
                    break;
                case Rewind rewind when _protocol.Rewind(rewind.Epoch, rewind.LastApplied, out var seekTo, UnsentFrom()):
                    _answeredBefore.ReadAgain(
                        _readUpTo,
                        _pending.Values.Select(chunk => chunk.Message.Examples).Concat(_waiting.Select(chunk => chunk.Examples))
                            .SelectMany(examples => examples.Offsets));
                    _pending.Clear();
                    _waiting.Clear();
                    _progress.AddRewind();
                    Log.Warning(
                        "Pipeline {0}: bucket {1} has state up to offset {2} only; partition {3} is read again from offset {4}",
                        _pipeline.Name, rewind.Bucket.EntityId, rewind.LastApplied, _partition, seekTo);
                    _seek(seekTo, _protocol.Epoch);
                    break;
            }

            GoOn();
        }

        /// <summary>The buckets' chunks of a batch wait one bucket after the other: the first record is not always in the first of them.</summary>
        private long UnsentFrom() => _waiting.Select(chunk => chunk.Examples.Offsets[0]).DefaultIfEmpty(long.MaxValue).Min();

        /// <summary>Passes on, reads on, or completes, as far as that is possible now.</summary>
        private void GoOn()
        {
            while (_waiting.Count > 0 && _protocol.Window < _pipeline.Chunks.InFlight)
            {
                Send(_waiting.Dequeue());
            }

            if (_outputs.Count > 0 && IsAvailable(_out))
            {
                Push(_out, _outputs.Dequeue());
            }

            if (IsClosed(_in))
            {
                if (_outputs.Count == 0 && _pending.Count == 0 && _waiting.Count == 0)
                {
                    CompleteStage();
                }
            }
            else if (_outputs.Count == 0 && _waiting.Count == 0 && _protocol.Window < _pipeline.Chunks.InFlight && !HasBeenPulled(_in))
            {
                Pull(_in);
            }
        }

        private void Warn(DecodedBatch batch)
        {
            if (_progress.AddKeyMismatches(batch.KeyMismatches) && !_pipeline.CoPartitioned)
            {
                Log.Warning(
                    "Pipeline {0}: records of topic {1} have a message key that is not their {2}, or none. A key whose records lie in several "
                    + "partitions is learned in each of them apart. If that cannot happen, say source.co-partitioned = true",
                    _pipeline.Name, _pipeline.Topic, _pipeline.Schema.Key);
            }
        }

        private readonly record struct WaitingChunk(DecodedBatch Batch, int Bucket, ExampleBatch Examples, int[] Rows);
    }
}
