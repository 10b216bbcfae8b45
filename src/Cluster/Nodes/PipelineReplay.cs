using System.Globalization;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Events;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Nodes;

/// <summary>Makes the learners of a pipeline anew from its log. Writes nothing to Kafka.</summary>
public static class PipelineReplay
{
    /// <summary>Reads the log from a position to its end as of now, and puts what has been learned in the place of what is
    /// stored.</summary>
    /// <param name="config">Says where Kafka and the checkpoint store are.</param>
    /// <param name="configured">The pipeline.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it; nothing has changed then unless the log was read to its end.</param>
    /// <exception cref="KafkaUnreachableException">No broker answers.</exception>
    /// <exception cref="TopicMissingException">The topic that is learned from is not there.</exception>
    /// <exception cref="LostRecordsException">Retention has deleted what is wanted, and nothing may be skipped.</exception>
    /// <exception cref="ConfigurationException">There is nothing to read from the position on, or nothing that can be learned: what
    /// is stored would be replaced by nothing; or the pipeline has replicas, and was stored with other settings, or its log ends with records that no node
    /// has learned.</exception>
    /// <exception cref="CheckpointStoreException">The store does not answer.</exception>
    public static async Task<ReplayResult> RunAsync(
        StreamLearnConfig config, PipelineDefinition configured, LogPosition from, TimeProvider time,
            CancellationToken cancellation = default)
    {
        await KafkaProbe.WaitForBrokerAsync(config.Kafka, time, cancellation).ConfigureAwait(false);
        var found = await KafkaProbe.PartitionCountAsync(config.Kafka, configured.LogTopic).ConfigureAwait(false)
            ?? throw new TopicMissingException(
                $"Pipeline {configured.Name} learns from the topic {configured.LogTopic}, which is not at "
                + $"{config.Kafka.BootstrapServers}; expected the "
                + "topic that 'run' has read.");
        var pipeline = PipelineTopic.WithPartitions(configured, found);
        await using var store = await CheckpointStores.OpenAsync(config.Checkpoint.Store, cancellation).ConfigureAwait(false);

        var stored = await StoredAsync(pipeline, store, cancellation).ConfigureAwait(false);
        if (pipeline.HasReplicas)
        {
            await RequireSameSettingsAsync(pipeline, store, cancellation).ConfigureAwait(false);
        }

        var partitions = new List<RebuiltPartition>();
        try
        {
            return await LearnAsync(config, pipeline, from, store, stored, partitions, time, cancellation).ConfigureAwait(false);
        }
        finally
        {
            partitions.ForEach(partition => partition.Dispose());
        }
    }

    private static async Task<ReplayResult> LearnAsync(
        StreamLearnConfig config, PipelineDefinition pipeline, LogPosition from, ICheckpointStore store, string? stored, List<RebuiltPartition> partitions,
        TimeProvider time, CancellationToken cancellation)
    {
        // The client's calls block, and so does learning.
        var ranges = await Task.Run(() => Learn(config.Kafka, pipeline, from, stored, partitions, time, cancellation), cancellation).ConfigureAwait(false);
        var (records, deadLetters) = (partitions.Sum(partition => partition.Records), partitions.Sum(partition => partition.DeadLetters));
        if (records == deadLetters && stored is not null)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Not one of the {records} records of {pipeline.LogTopic} can be learned from; "
                + $"expected settings of the pipeline that fit them. {Kept(pipeline, stored)}"));
        }

        if (pipeline.HasReplicas)
        {
            await RequireContributedAsync(config.Kafka, pipeline, partitions, stored, time, cancellation).ConfigureAwait(false);
        }

        await RebuiltPipeline.StoreAsync(pipeline, store, partitions, time, cancellation).ConfigureAwait(false);
        return new ReplayResult(
            ranges, records, deadLetters,
            pipeline.Plan.Summarize(partitions.SelectMany(partition => partition.Report())));
    }

    /// <summary>Averages are made of what is in the topic of contributions, where a replay writes nothing.</summary>
    private static async Task RequireContributedAsync(
        KafkaSettings kafka, PipelineDefinition pipeline, List<RebuiltPartition> partitions, string? stored, TimeProvider time, CancellationToken cancellation)
    {
        var published = new PublishedContributions();
        if (await KafkaProbe.PartitionCountAsync(kafka, pipeline.ContributionsTopic).ConfigureAwait(false) is not null)
        {
            await Task.Run(
                () =>
                {
                    using var reader = new KafkaLogReader(kafka, pipeline.ContributionsTopic, LostRecords.Skip, time);
                    var (first, end) = reader.Range(0);
                    foreach (var records in reader.Read(0, first, end, _ => { }, cancellation))
                    {
                        for (var row = 0; row < records.Count; row++)
                        {
                            published.Add(records.Value(row));
                        }
                    }
                },
                cancellation).ConfigureAwait(false);
        }

        foreach (var partition in partitions)
        {
            if (published.FirstMissing(partition) is { } missing)
            {
                throw new ConfigurationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Partition {partition.Partition} of {pipeline.LogTopic} ends with records that no node has learned: contribution {missing.Sequence} of slice "
                    + $"{missing.Slice} of its replica is not in {pipeline.ContributionsTopic}, and no average would ever have it; expected a pipeline that has come to "
                    + $"the end of its log. Start a node, let it read to the end, stop it in order, and replay then. {Kept(pipeline, stored)}"));
            }
        }
    }

    private static List<ReplayedRange> Learn(
        KafkaSettings kafka, PipelineDefinition pipeline, LogPosition from, string? stored, List<RebuiltPartition> partitions, TimeProvider time,
        CancellationToken cancellation)
    {
        using var reader = new KafkaLogReader(kafka, pipeline.LogTopic, pipeline.LostRecords, time);
        var bounds = new List<(long First, long End)>();
        for (var partition = 0; partition < pipeline.Partitions; partition++)
        {
            bounds.Add((reader.OffsetOf(partition, from, cancellation), reader.Range(partition).End));
        }

        if (bounds.TrueForAll(bound => bound.First >= bound.End))
        {
            // All that is stored would be replaced by nothing.
            var ends = string.Join(", ", bounds.Select(bound => bound.End));
            throw new ConfigurationException(
                (from == LogPosition.Earliest
                    ? $"There is no record in any partition of {pipeline.LogTopic}, which end at {ends}; expected some to learn from. "
                    : $"The place to begin is behind the last record of every partition of {pipeline.LogTopic}, which end at {ends}; "
                        + "expected an offset or a time before that. ")
                + Kept(pipeline, stored));
        }

        var ranges = new List<ReplayedRange>();
        for (var partition = 0; partition < pipeline.Partitions; partition++)
        {
            var (first, end) = bounds[partition];
            var rebuilt = new RebuiltPartition(pipeline, partition, first);
            partitions.Add(rebuilt);
            var next = first;
            foreach (var records in reader.Read(partition, first, end, read => next = read, cancellation))
            {
                rebuilt.Learn(records);
            }

            rebuilt.ReadUpTo(next);
            ranges.Add(new ReplayedRange(partition, first, next));
        }

        return ranges;
    }

    /// <summary>The averages in the log are those of learners with the settings of then: learning it again with others gives neither the old model nor a
    /// new one.</summary>
    private static async Task RequireSameSettingsAsync(PipelineDefinition pipeline, ICheckpointStore store, CancellationToken cancellation)
    {
        string? settings;
        try
        {
            settings = await store.LoadSettingsAsync(pipeline.Name, cancellation).ConfigureAwait(false);
        }
        catch (CheckpointStoreException)
        {
            // Damaged, and to be replaced.
            return;
        }

        if (settings is not null
            && PipelineSettings.Differences(PipelineSettings.Parse(settings), PipelineSettings.Of(pipeline)) is { Count: > 0 } changed)
        {
            throw new ConfigurationException(
                $"The replicas of pipeline {pipeline.Name} were averaged with other settings: {string.Join("; ", changed)}; expected the same, because the averages "
                + "are in the log. Nothing was changed.");
        }
    }

    /// <summary>What is stored of the pipeline, in words; null: nothing.</summary>
    private static async Task<string?> StoredAsync(PipelineDefinition pipeline, ICheckpointStore store, CancellationToken cancellation)
    {
        try
        {
            var stored = await store.DescribeAsync(pipeline.Name, cancellation).ConfigureAwait(false);
            return stored is { Cursors.Count: > 0 } or { Buckets.Count: > 0 }
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stored.Buckets.Sum(bucket => (long)bucket.Keys)} keys in {stored.Buckets.Count} buckets of "
                        + $"{stored.Cursors.Count} partitions")
                : null;
        }
        catch (CheckpointStoreException damage)
        {
            // A state that cannot be read is one that a replay is to replace.
            return $"something damaged ({damage.Message.TrimEnd('.')})";
        }
    }

    private static string Kept(PipelineDefinition pipeline, string? stored) => stored is null
        ? $"Nothing is stored of {pipeline.Name}, and nothing was changed."
        : $"Stored of {pipeline.Name}: {stored}; nothing was changed.";
}
