using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Cluster.Configuration;

/// <summary>When checkpoints are made and where they are; see <c>reference.conf</c>.</summary>
/// <param name="Every">Time from one checkpoint of a partition to the next, at least.</param>
/// <param name="EveryRecords">Records after which one is made at once; 0: time alone counts.</param>
/// <param name="Store">Where they are.</param>
public sealed record CheckpointSettings(TimeSpan Every, long EveryRecords, CheckpointStoreOptions Store);
