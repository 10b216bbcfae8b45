using Akka.Actor;
using StreamLearn.Actors.Control;

namespace StreamLearn.Cluster.Control;

/// <summary>What operators can do to a pipeline on a node.</summary>
/// <param name="Pause">Whether it is paused.</param>
/// <param name="Ingest">Reads it here; null: nothing does.</param>
internal sealed record ControlledPipeline(PauseSwitch Pause, IActorRef? Ingest);
