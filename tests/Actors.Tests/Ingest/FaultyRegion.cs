using Akka.Actor;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Ingest;

/// <summary>The buckets of a pipeline and what they have stored, with messages lost and repeated and buckets crashed by a seeded generator,
/// a given number of times.</summary>
internal sealed class FaultyRegion : ReceiveActor
{
    private readonly Dictionary<BucketId, BucketState> _buckets = [];
    private readonly Dictionary<BucketId, StoredBucket> _stored = [];
    private readonly PipelineDefinition _pipeline;
    private readonly LearnerMemory _memory;

    public FaultyRegion(PipelineDefinition pipeline, int seed, int faults, LearnerMemory memory)
    {
        _pipeline = pipeline;
        _memory = memory;
        var random = new Random(seed);
        Receive<IOwnerMessage>(message =>
        {
            var fault = faults > 0 && random.Next(4) == 0 ? random.Next(4) : -1;
            faults -= fault >= 0 ? 1 : 0;
            switch (fault)
            {
                case 0:
                    // The message is lost.
                    break;
                case 1:
                    // The answer is lost.
                    Answer(message);
                    break;
                case 2:
                    // The bucket crashes and takes the message with it.
                    if (_buckets.Remove(message.Bucket, out var crashed))
                    {
                        crashed.Leave();
                    }

                    break;
                case 3:
                    Sender.Tell(Answer(message));
                    Sender.Tell(Answer(message));
                    break;
                default:
                    Sender.Tell(Answer(message));
                    break;
            }
        });
        Receive<GetBucketReport>(request =>
        {
            var state = BucketOf(request.Bucket);
            var keys = state.Lacking(request);
            Sender.Tell(state.Answer(request, keys, StatesOf(request.Bucket, keys)));
        });
    }

    private IBucketMessage Answer(IOwnerMessage message) => message is Chunk chunk ? Receive(chunk) : Store((Persist)message);

    private IBucketMessage Receive(Chunk chunk)
    {
        var state = BucketOf(chunk.Bucket);
        var keys = state.Lacking(chunk);
        state.Wake(keys, StatesOf(chunk.Bucket, keys));
        var answer = state.Receive(chunk);
        state.MakeRoom();
        if (state.WantsBarrier())
        {
            Sender.Tell(new BarrierWanted(chunk.Bucket, chunk.Owner));
        }

        return answer;
    }

    private List<byte[]> StatesOf(BucketId bucket, IReadOnlyList<byte[]> keys) =>
        [.. keys.Select(key => _stored[bucket].Keys.Single(state => state.Key.AsSpan().SequenceEqual(key)).State!)];

    private IBucketMessage Store(Persist persist)
    {
        var state = BucketOf(persist.Bucket);
        var verdict = BucketProtocol.Persist(state.LastApplied, state.Persisted, persist.UpTo);
        if (verdict == PersistVerdict.Ahead)
        {
            return new PersistFailed(persist.Bucket, persist.Epoch, persist.UpTo, "ahead");
        }

        if (verdict == PersistVerdict.Store)
        {
            var checkpoint = state.TakeCheckpoint(persist.CoveredBefore);
            var keys = _stored.TryGetValue(persist.Bucket, out var before) ? before.Keys.ToDictionary(key => Convert.ToHexString(key.Key)) : [];
            foreach (var change in checkpoint.Changed)
            {
                keys[Convert.ToHexString(change.Key)] = change;
            }

            _stored[persist.Bucket] = new StoredBucket(0, checkpoint.LastApplied, checkpoint.State, [.. keys.Values]);
            state.OnSaved(checkpoint);
            state.MakeRoom();
        }

        return new Persisted(persist.Bucket, persist.Epoch, persist.UpTo, state.LastApplied);
    }

    private BucketState BucketOf(BucketId id) =>
        _buckets.TryGetValue(id, out var state)
            ? state
            : _buckets[id] = new BucketState(_pipeline, _stored.GetValueOrDefault(id), memory: _memory);
}
