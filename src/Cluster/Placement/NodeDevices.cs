using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cluster.Placement;

/// <summary>Whether a node has the devices that the learners of its pipelines ask for, and which GPUs it uses.</summary>
internal static class NodeDevices
{
    /// <summary>Refuses pipelines whose learners live here and ask for a device that is not here.</summary>
    /// <param name="hosted">The pipelines whose learners live on this node; others may ask for what they like.</param>
    /// <exception cref="ConfigurationException">There is such a one.</exception>
    internal static void Check(IEnumerable<PipelineDefinition> hosted)
    {
        foreach (var pipeline in hosted)
        {
            try
            {
                _ = pipeline.Plan.Devices().Count();
            }
            catch (OptionException exception)
            {
                throw new ConfigurationException(
                    $"{exception.Message.TrimEnd('.')}. The learners of {pipeline.Name} live on nodes with the role {PipelineRole.Of(pipeline)}, as this one.");
            }
        }
    }

    /// <summary>Whether a pipeline's learners have networks on a GPU where they live on this machine: they ask for it, or <c>device = auto</c> comes to it here.
    /// Torch is loaded only where it may be the answer.</summary>
    internal static bool UsesGpu(PipelineDefinition pipeline) =>
        pipeline.Plan.NeedsGpu || pipeline.Plan.Devices().Any(device => device.Choice.Device == NetworkDevice.TorchCuda);

    /// <summary>The GPUs that a node pins buckets to; null: none of its pipelines uses one.</summary>
    /// <param name="settings">Which of them it may use.</param>
    /// <param name="onGpu">The pipelines whose learners live on this node and use a GPU.</param>
    /// <param name="countGpus">How many there are. Asked only where there is such a pipeline.</param>
    /// <exception cref="ConfigurationException">One that it is to use is not there, or none is.</exception>
    internal static DeviceSlots? SlotsOf(PlacementSettings settings, IReadOnlyCollection<string> onGpu, Func<int> countGpus)
    {
        if (onGpu.Count == 0)
        {
            return null;
        }

        var count = countGpus();
        var wanted = settings.Devices ?? [.. Enumerable.Range(0, count)];
        return wanted.Count > 0 && wanted.All(gpu => gpu < count)
            ? new DeviceSlots(wanted)
            : throw new ConfigurationException(
                $"streamlearn.node.devices is {(settings.Devices is null ? "auto" : $"[{string.Join(", ", wanted)}]")}; expected GPUs that Torch finds here, "
                + (count == 0 ? "where it finds none." : $"which are 0 to {count - 1}."));
    }
}
