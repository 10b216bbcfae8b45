using Akka.Actor;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>What the ingests of a pipeline work with.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Kafka">How its topics are reached.</param>
/// <param name="Group">Consumer group; transactional ids begin with it.</param>
/// <param name="Buckets">Shard region of its buckets.</param>
/// <param name="Store">Where state and cursors are stored.</param>
/// <param name="Producer">Writes its outputs, where they are written at least once.</param>
/// <param name="Progress">Is told how far it has come.</param>
/// <param name="Time">Says when a barrier is due.</param>
public sealed record IngestServices(
    PipelineDefinition Pipeline, KafkaSettings Kafka, string Group, IActorRef Buckets, ICheckpointStore Store, KafkaBatchProducer Producer,
    PipelineProgress Progress, TimeProvider Time);
