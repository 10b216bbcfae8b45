using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;

namespace StreamLearn.Actors.Buckets;

/// <summary>The places that a node has for the entities of buckets.</summary>
/// <param name="costs">Where their costs are added up.</param>
/// <param name="shards">Shards of a pipeline.</param>
/// <param name="slots">The GPUs, for the buckets of pipelines that have networks there; null: all entities share the same threads.</param>
/// <param name="memory">What their learners may take; null: what they need.</param>
/// <param name="usesGpu">Whether a pipeline's learners have networks on a GPU here; null: those that ask for one.</param>
/// <param name="buckets">Where the entities that live here are listed; null: nobody wants to know.</param>
public sealed class BucketPlaces(
    BucketCosts costs, int shards, DeviceSlots? slots = null, LearnerMemory? memory = null, Func<PipelineDefinition, bool>? usesGpu = null,
    LocalBuckets? buckets = null)
{
    internal BucketCosts Costs => costs;

    internal DeviceSlots? Slots => slots;

    internal LocalBuckets Buckets { get; } = buckets ?? new LocalBuckets();

    internal LearnerMemory Memory { get; } = memory ?? LearnerMemory.Unlimited;

    /// <summary>The place of a bucket whose entity is about to be made.</summary>
    /// <param name="pipeline">Its pipeline.</param>
    /// <param name="entityId">Its entity's name.</param>
    public BucketPlace For(PipelineDefinition pipeline, string entityId) => new(
        this, pipeline.Name, entityId, BucketMessageExtractor.ShardOf(BucketId.Parse(entityId), pipeline.Buckets, shards),
        slots is not null && (usesGpu?.Invoke(pipeline) ?? pipeline.Plan.NeedsGpu) ? slots.Acquire(pipeline.Name, entityId) : null);
}
