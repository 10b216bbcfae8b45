using Akka.Actor;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cluster.Health;

/// <summary>What there is of a node by now.</summary>
/// <param name="Phase">How far it has come.</param>
/// <param name="System">Its actor system; null: not yet.</param>
/// <param name="Pulse">Answers on the threads of its learners.</param>
/// <param name="Store">Its checkpoint store.</param>
/// <param name="Pipelines">The pipelines that run.</param>
internal sealed record NodeView(
    NodePhase Phase, ActorSystem? System = null, IActorRef? Pulse = null, ICheckpointReader? Store = null, IReadOnlyList<RunningPipeline>? Pipelines = null);
