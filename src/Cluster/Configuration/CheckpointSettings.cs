using StreamLearn.Actors.Checkpoints;

namespace StreamLearn.Cluster.Configuration;

/// <summary>When and where the learners' state is stored.</summary>
/// <param name="Every">Time from one checkpoint to the next.</param>
/// <param name="EveryRecords">Records of a partition after which there is one sooner; 0: none is.</param>
/// <param name="Store">Where.</param>
public sealed record CheckpointSettings(TimeSpan Every, long EveryRecords, CheckpointStoreOptions Store)
{
    internal static CheckpointSettings From(ConfigNode node)
    {
        var store = node.Child("store");
        return new CheckpointSettings(
            node.Duration("every", TimeSpan.FromMilliseconds(10)), node.Whole("every-records", 0, long.MaxValue),
            new CheckpointStoreOptions { Path = store.Text("path") });
    }
}
