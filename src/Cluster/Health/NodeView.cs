using Akka.Actor;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Cluster.Control;
using StreamLearn.Cluster.Metrics;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cluster.Health;

/// <summary>What there is of a node by now.</summary>
/// <param name="Phase">How far it has come.</param>
/// <param name="System">Its actor system; null: not yet.</param>
/// <param name="Pulse">Says whether the threads of its learners live.</param>
/// <param name="Store">Its checkpoint store.</param>
/// <param name="Pipelines">The pipelines that run.</param>
/// <param name="Memory">What its learners take.</param>
/// <param name="Controls">What an operator can do to its pipelines.</param>
/// <param name="Metrics">What it measures.</param>
internal sealed record NodeView(
    NodePhase Phase, ActorSystem? System = null, LearnerPulse? Pulse = null, ICheckpointReader? Store = null, IReadOnlyList<RunningPipeline>? Pipelines = null,
    LearnerMemory? Memory = null, PipelineControls? Controls = null, NodeMetrics? Metrics = null);
