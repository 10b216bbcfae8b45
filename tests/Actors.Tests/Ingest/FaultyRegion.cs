using Akka.Actor;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Tests.Ingest;

/// <summary>The buckets of a pipeline, with messages lost and repeated and buckets crashed by a seeded generator, a given number of times, and not from
/// an offset on: a bucket that crashes after its last chunk has nobody to tell.</summary>
internal sealed class FaultyRegion : ReceiveActor
{
    private readonly Dictionary<BucketId, BucketState> _buckets = [];

    public FaultyRegion(PipelineDefinition pipeline, int seed, int faults, long quietFrom)
    {
        var random = new Random(seed);
        Receive<Chunk>(chunk =>
        {
            var fault = faults > 0 && chunk.Last < quietFrom && random.Next(4) == 0 ? random.Next(4) : -1;
            faults -= fault >= 0 ? 1 : 0;
            switch (fault)
            {
                case 0:
                    // The chunk is lost.
                    break;
                case 1:
                    // The answer is lost.
                    Answer(chunk);
                    break;
                case 2:
                    // The bucket crashes and takes the chunk with it.
                    _buckets.Remove(chunk.Bucket);
                    break;
                case 3:
                    Sender.Tell(Answer(chunk));
                    Sender.Tell(Answer(chunk));
                    break;
                default:
                    Sender.Tell(Answer(chunk));
                    break;
            }
        });
        Receive<GetBucketReport>(request => Sender.Tell(BucketOf(request.Bucket).Report(request)));

        IBucketMessage Answer(Chunk chunk) => BucketOf(chunk.Bucket).Receive(chunk);

        BucketState BucketOf(BucketId id) =>
            _buckets.TryGetValue(id, out var state) ? state : _buckets[id] = new BucketState(pipeline);
    }
}
