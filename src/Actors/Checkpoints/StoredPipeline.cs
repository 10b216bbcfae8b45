namespace StreamLearn.Actors.Checkpoints;

/// <summary>What is stored of a pipeline, without the keys' states.</summary>
/// <param name="Name">The pipeline.</param>
/// <param name="Settings">What its state was made with.</param>
/// <param name="Cursors">Newest cursor of each partition, by partition.</param>
/// <param name="Buckets">Newest manifest of each bucket, by partition and bucket.</param>
public sealed record StoredPipeline(
    string Name, string? Settings, IReadOnlyList<PartitionCursor> Cursors, IReadOnlyList<StoredManifest> Buckets);
