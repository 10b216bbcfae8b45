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

        // Bounded: nothing is pulled while something waits here, and what comes then are answers to chunks in flight.
        private readonly Queue<IngestOutput> _outputs = new();

        // What has left, by offset: records that are read again after a rewind leave nothing twice.
        private readonly long[] _answeredUpTo;
        private long _undecodedUpTo = IngestProtocol.Nothing;

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
            _answeredUpTo = new long[pipeline.Buckets];
            Array.Fill(_answeredUpTo, IngestProtocol.Nothing);
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
            foreach (var chunk in _pending.Values.Where(chunk => chunk.Ticks++ > 0).OrderBy(chunk => chunk.Message.Last))
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
                PutOutUndecoded(batch);
                _chunker.Split(batch, (bucket, examples, rows) => Send(batch, bucket, examples, rows));
            }

            GoOn();
        }

        private void Send(DecodedBatch batch, int bucket, ExampleBatch examples, int[] rows)
        {
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
                    PutOutAnswered(chunk!, ack);
                    break;
                case Rewind rewind when _protocol.Rewind(rewind.Epoch, rewind.LastApplied, out var seekTo):
                    _pending.Clear();
                    _progress.AddRewind();
                    Log.Warning(
                        "Pipeline {0}: bucket {1} has state up to offset {2} only; partition {3} is read again from offset {4}",
                        _pipeline.Name, rewind.Bucket.EntityId, rewind.LastApplied, _partition, seekTo);
                    _seek(seekTo, _protocol.Epoch);
                    break;
            }

            GoOn();
        }

        private void PutOutUndecoded(DecodedBatch batch)
        {
            var offsets = batch.Records.Offsets;
            var first = batch.DeadLetters.Count(letter => offsets[letter.Row] <= _undecodedUpTo);
            if (first < batch.DeadLetters.Length)
            {
                _outputs.Enqueue(new UndecodedRecords(batch, first));
                _undecodedUpTo = offsets[batch.DeadLetters[^1].Row];
            }
        }

        private void PutOutAnswered(PendingChunk chunk, Ack ack)
        {
            var offsets = chunk.Message.Examples.Offsets;
            ref var answeredUpTo = ref _answeredUpTo[ack.Bucket.Bucket];
            var found = Array.BinarySearch(offsets, answeredUpTo);
            var first = Math.Max(ack.FirstRow, found >= 0 ? found + 1 : ~found);
            if (first < offsets.Length)
            {
                _outputs.Enqueue(new AnsweredChunk(chunk.Source, chunk.Rows, ack.FirstRow, first, ack.Predictions));
                answeredUpTo = offsets[^1];
            }
        }

        /// <summary>Passes on, reads on, or completes, as far as that is possible now.</summary>
        private void GoOn()
        {
            if (_outputs.Count > 0 && IsAvailable(_out))
            {
                Push(_out, _outputs.Dequeue());
            }

            if (IsClosed(_in))
            {
                if (_outputs.Count == 0 && _pending.Count == 0)
                {
                    CompleteStage();
                }
            }
            else if (_outputs.Count == 0 && _protocol.InFlight < _pipeline.Chunks.InFlight && !HasBeenPulled(_in))
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
    }
}
