using StreamLearn.Actors.Pipelines;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Nodes;

/// <summary>Asks the brokers about the topic that a pipeline reads.</summary>
internal static class PipelineTopic
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    /// <summary>The pipeline with the number of its topic's partitions.</summary>
    /// <exception cref="TopicMissingException">There was no such topic within the start-up time-out.</exception>
    /// <exception cref="Configuration.ConfigurationException">The pipeline may hold fewer keys than it has buckets, or the topic of its replicas has not one
    /// partition.</exception>
    internal static async Task<PipelineDefinition> LookUpAsync(
        PipelineDefinition pipeline, KafkaSettings kafka, TimeProvider time, CancellationToken cancellation)
    {
        var partitions = 0;
        foreach (var source in pipeline.Sources)
        {
            partitions = Math.Max(partitions, await WaitForAsync(pipeline, source, kafka, time, cancellation).ConfigureAwait(false));
        }

        if (pipeline.CopiesRecords)
        {
            // As many as the source with the most has, where it is not there yet.
            partitions = await KafkaTopics.EnsureAsync(kafka, pipeline.EventsTopic, partitions, cancellation: cancellation).ConfigureAwait(false);
        }

        // What an open group has is in the log only, however long nothing comes.
        if (pipeline.HasReplicas
            && await KafkaTopics.EnsureAsync(kafka, pipeline.ContributionsTopic, 1, keepsAll: true, cancellation).ConfigureAwait(false) is not 1 and var many)
        {
            throw new Configuration.ConfigurationException(
                $"The topic {pipeline.ContributionsTopic} of the replicas of pipeline {pipeline.Name} has {many} partitions; expected 1, for averages are made in "
                + "one order. Make it anew, or use another name for the pipeline.");
        }

        return WithPartitions(pipeline, partitions);
    }

    private static async Task<int> WaitForAsync(
        PipelineDefinition pipeline, PipelineSource source, KafkaSettings kafka, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await KafkaProbe.PartitionCountAsync(kafka, source.Topic).ConfigureAwait(false) is { } partitions)
            {
                return partitions;
            }

            if (time.GetElapsedTime(started) >= kafka.StartupTimeout)
            {
                throw new TopicMissingException(
                    $"Pipeline {pipeline.Name} reads the topic {source.Topic}, which is not at {kafka.BootstrapServers}; waited "
                    + $"{kafka.StartupTimeout.TotalSeconds:0.#} s. Expected the topic to be made first, or another "
                    + $"streamlearn.pipelines.{pipeline.Name}.{(source.Name.Length == 0 ? "source" : $"sources.{source.Name}")}.topic.");
            }

            await Task.Delay(Again, time, cancellation).ConfigureAwait(false);
        }
    }

    internal static PipelineDefinition WithPartitions(PipelineDefinition pipeline, int partitions)
    {
        var buckets = partitions * pipeline.Buckets;
        return pipeline.Plan.MaxKeys >= buckets
            ? pipeline with { Partitions = partitions }
            : throw new Configuration.ConfigurationException(
                $"streamlearn.pipelines.{pipeline.Name}.max-keys is {pipeline.Plan.MaxKeys}; expected at least {buckets}: the pipeline has "
                + $"{pipeline.Buckets} buckets for each of the {partitions} partitions of {pipeline.LogTopic}, and each holds its share.");
    }
}
