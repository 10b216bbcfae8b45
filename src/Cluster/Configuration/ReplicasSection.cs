using StreamLearn.Actors.Pipelines;
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
    internal static void CheckMessages(ConfigNode pipeline, LearnerPlan plan, ChunkLimits limits)
    {
        if (plan.Replicas is not { } replicas || plan.BesideAnswers(limits.Records) + plan.MostAnswerBytes is var bytes && bytes <= limits.MessageBytes)
        {
            return;
        }

        var least = bytes + ChunkLimits.MessageRest;
        var frame = least <= NodeSettings.MostFrameBytes ? $"streamlearn.node.frame-size = {least} or more, on all nodes, or " : "";
        throw pipeline.Child("replicas").Fail(
            "every", $"'{replicas.Every}'",
            $"{frame}fewer contributions in one answer: a larger every, a smaller chunks.records = {limits.Records}, or, while task.missing is a number, a smaller "
            + $"task.max-pending. The model goes in {plan.ReplicaSlices.Slices} slices, {plan.MostContributions(limits.Records)} contributions of up to "
            + $"{plan.ReplicaSlices.LargestBytes} bytes may go in one answer, {bytes} bytes in all, and a message of frame-size = {limits.FrameBytes} holds {limits.MessageBytes}");
    }
}
