using Akka.Actor;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Buckets;

/// <summary>
/// One bucket of a pipeline as a sharded actor: it steps the fleet of the bucket's keys and answers with the predictions. One that crashes
/// starts again with nothing, says so at the next chunk, and is sent the log again.
/// </summary>
public sealed class LearnerEntity : ReceiveActor
{
    /// <summary>The dispatcher that all entities of a node share: bounded, apart from the streams.</summary>
    public const string Dispatcher = "streamlearn.learner-dispatcher";

    public LearnerEntity(PipelineDefinition pipeline)
    {
        var state = new BucketState(pipeline);
        Receive<Chunk>(chunk => Sender.Tell(state.Receive(chunk)));
        Receive<GetBucketReport>(request => Sender.Tell(state.Report(request)));
    }

    /// <summary>How to make one.</summary>
    public static Props Props(PipelineDefinition pipeline) =>
        Akka.Actor.Props.Create(() => new LearnerEntity(pipeline)).WithDispatcher(Dispatcher);
}
