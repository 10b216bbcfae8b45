using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads how the replicas of one model are averaged.</summary>
internal static class ReplicasSection
{
    /// <summary>The settings; null: there are no replicas. They are checked in either case.</summary>
    internal static ReplicaOptions? Read(ConfigNode block)
    {
        var options = new ReplicaOptions
        {
            Every = (int)block.Whole("every", 1, int.MaxValue),
            Compression = block.Choice("compression", "none", "layer-wise") == "layer-wise" ? ReplicaCompression.LayerWise : ReplicaCompression.None,
            ErrorBudget = block.Number("error-budget", 0.001, 1000),
            Share = block.Number("share", 0.01, 1),
            AdjustEvery = (int)block.Whole("adjust-every", 1, int.MaxValue),
            SliceBytes = (int)block.Whole("slice-bytes", ReplicaOptions.LeastSliceBytes, ReplicaOptions.MostSliceBytes),
        }.Validate(block.Path);
        return block.Flag("enabled") ? options : null;
    }

    /// <summary>What a bucket contributes while it learns a chunk goes back in one message.</summary>
    /// <exception cref="ConfigurationException">It may be more than a message holds.</exception>
    internal static void CheckMessages(ConfigNode block, LearnerPlan plan, int chunkRecords)
    {
        if (plan.Replicas is not { } replicas)
        {
            return;
        }

        var (slices, bytes) = plan.ReplicaSlices;
        var most = Math.Max(1, ReplicaOptions.MostSliceBytes / bytes);
        var interval = ReplicaExchange.Interval(replicas, slices);
        if (((chunkRecords - 1) / interval) + 1 > most)
        {
            throw block.Fail(
                "every", $"'{replicas.Every}'",
                $"at least {(long)slices * (((chunkRecords - 1) / most) + 1)}: the model goes in {slices} slices of up to {bytes} bytes, one after the other, and those "
                + $"that are due within chunks.records = {chunkRecords} records go in one message, which holds {ReplicaOptions.MostSliceBytes} bytes of them");
        }
    }
}
