using System.Globalization;
using System.Text;
using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Measures;
using StreamLearn.Streams.Influx;

namespace StreamLearn.Cluster.Metrics;

/// <summary>Makes a snapshot of what a node measures, from where each number is. For one thread at a time.</summary>
/// <param name="node">The tag that says which node.</param>
/// <param name="pipelines">The pipelines that run here.</param>
/// <param name="costs">What their buckets cost.</param>
/// <param name="memory">What their learners take.</param>
/// <param name="process">The process.</param>
/// <param name="time">The clock.</param>
/// <param name="influx">What has become of the points for InfluxDB; null: there are none.</param>
internal sealed class MetricReader(
    string node, IReadOnlyList<(PipelineDefinition Definition, PipelineProgress Progress)> pipelines, BucketCosts costs, LearnerMemory memory,
    ProcessUsage process, TimeProvider time, Func<InfluxStatistics>? influx = null)
{
    /// <summary>What it is now.</summary>
    /// <param name="learners">What the learners have said.</param>
    internal MetricSnapshot Read(IReadOnlyList<PipelineMeasures> learners)
    {
        var now = time.GetUtcNow();
        var shards = costs.Read();
        var readings = new List<MetricReading> { OfNode(shards) };
        readings.AddRange(process.Gpus().Select(gpu => new MetricReading(MetricCatalog.OfGpu, node, Text(gpu.Number))
            .Set("memory_used", gpu.Used).Set("memory_total", gpu.Total)));
        if (influx?.Invoke() is { } points)
        {
            readings.Add(OfInflux(points));
            readings.AddRange(points.Dropped.Where(dropped => dropped.Value > 0).Select(dropped =>
                new MetricReading(MetricCatalog.OfInfluxDropped, node, dropped.Key).Set("points", dropped.Value)));
        }

        foreach (var (definition, progress) in pipelines)
        {
            readings.Add(OfFlow(definition.Name, progress, now));
            readings.AddRange(progress.Flow.Partitions.Select(partition => OfPartition(definition.Name, partition, now)));
            readings.AddRange(progress.Flow.DeadLetters.Select(letters =>
                new MetricReading(MetricCatalog.OfDeadLetters, node, definition.Name, letters.Reason).Set("records", letters.Count)));
            if (learners.FirstOrDefault(measured => measured.Pipeline == definition.Name) is not { } measures)
            {
                continue;
            }

            readings.Add(OfBuckets(measures, shards.Where(shard => shard.Pipeline == definition.Name).ToList()));
            if (measures.Total is { } total)
            {
                AddTask(readings, definition, total, key: null);
            }

            foreach (var key in measures.Keys)
            {
                AddTask(readings, definition, key.Measures, Encoding.UTF8.GetString(key.Key));
            }
        }

        return new MetricSnapshot(now, readings);
    }

    private MetricReading OfNode(IReadOnlyList<ShardCost> shards)
    {
        var usage = process.Read();
        return new MetricReading(MetricCatalog.OfNode, node)
            .Set("cpu", usage.CpuSeconds)
            .Set("cpu_cores", usage.CpuCores)
            .Set("memory_working_set", usage.WorkingSet)
            .Set("memory_managed", usage.Managed)
            .Set("memory_committed", usage.Committed > 0 ? usage.Committed : double.NaN)
            .Set("memory_native", usage.Committed > 0 ? Math.Max(0, usage.WorkingSet - usage.Committed) : double.NaN)
            .Set("allocated", usage.Allocated)
            .Set("gc_collections", usage.Collections)
            .Set("gc_pause", usage.PauseSeconds)
            .Set("threads", usage.Threads)
            .Set("tensors", usage.Tensors)
            .Set("shards", shards.Count)
            .Set("learners_busy", BusyOf(shards))
            .Set("learner_memory", memory.Used)
            .Set("learner_memory_limit", memory.Limit)
            .Set("resident_keys", memory.ResidentKeys)
            .Set("passive_keys", memory.PassiveKeys)
            .Set("woken_keys", memory.Woken);
    }

    private MetricReading OfInflux(InfluxStatistics points) => new MetricReading(MetricCatalog.OfInflux, node)
        .Set("written", points.Written)
        .Set("values_dropped", points.ValuesDropped)
        .Set("retries", points.Retries)
        .Set("damaged_places", points.DamagedPlaces)
        .Set("spooled_points", points.SpooledPoints)
        .Set("spooled_bytes", points.SpooledBytes);

    private MetricReading OfFlow(string pipeline, PipelineProgress progress, DateTimeOffset now)
    {
        var partitions = progress.Flow.Partitions;
        var sources = progress.Flow.Sources;
        var (chunks, answers) = progress.Flow.TakeChunks();
        return new MetricReading(MetricCatalog.OfFlow, node, pipeline)
            .Set("records", progress.Records)
            .Set("predictions", progress.Predictions)
            .Set("dead_letters", progress.DeadLetters)
            .Set("tombstones", progress.Tombstones)
            .Set("no_rate", progress.NoRate)
            .Set("dropped", progress.Dropped)
            .Set("learned", progress.Learned)
            .Set("held", progress.Held)
            .Set("repeated", progress.Repeated)
            .Set("skipped", progress.Skipped)
            .Set("contributions", progress.Contributions)
            .Set("averaged", progress.Averaged)
            .Set("drift_alarms", progress.DriftAlarms)
            .Set("alerts_raised", progress.AlertsRaised)
            .Set("evicted_keys", progress.Evictions)
            .Set("rewinds", progress.Rewinds)
            .Set("barriers", progress.Barriers)
            .Set("barrier_time", progress.BarrierTime.TotalSeconds)
            .Set("checkpoint_problems", progress.CheckpointProblems.Count)
            .Set("partitions", progress.Partitions)
            .Set("lag", LagOf(partitions))
            .Set("lag_time", LagTimeOf(partitions, now))
            .Set("source_partitions", sources.Count)
            .Set("source_lag", LagOf(sources))
            .Set("source_lag_time", LagTimeOf(sources, now))
            .Set("in_flight", partitions.Sum(partition => partition.InFlight))
            .Set("undelivered", partitions.Sum(partition => partition.Undelivered))
            .Set("chunks", chunks.Count)
            .Set("chunk_mean", chunks.Mean)
            .Set("chunk_p50", chunks.Median)
            .Set("chunk_p90", chunks.P90)
            .Set("chunk_p99", chunks.P99)
            .Set("chunk_max", chunks.Max)
            .Set("answers", answers.Count)
            .Set("answer_mean", answers.Mean)
            .Set("answer_p50", answers.Median)
            .Set("answer_p90", answers.P90)
            .Set("answer_p99", answers.P99)
            .Set("answer_max", answers.Max);
    }

    /// <summary>NaN: the end of one of the logs is not known.</summary>
    private static double LagOf(IReadOnlyList<PartitionFlow> partitions) => partitions.Sum(partition => partition.LagRecords ?? double.NaN);

    private static double LagTimeOf(IReadOnlyList<PartitionFlow> partitions, DateTimeOffset now) =>
        partitions.Select(partition => partition.LagSeconds(now) ?? double.NaN).DefaultIfEmpty(double.NaN).Max();

    private MetricReading OfPartition(string pipeline, PartitionFlow partition, DateTimeOffset now) =>
        new MetricReading(MetricCatalog.OfPartition, node, pipeline, Text(partition.Partition))
            .Set("next", partition.Next)
            .Set("lag", partition.LagRecords ?? double.NaN)
            .Set("lag_time", partition.LagSeconds(now) ?? double.NaN)
            .Set("in_flight", partition.InFlight)
            .Set("undelivered", partition.Undelivered);

    private MetricReading OfBuckets(PipelineMeasures measures, List<ShardCost> shards) =>
        new MetricReading(MetricCatalog.OfBuckets, node, measures.Pipeline)
            .Set("buckets", measures.Buckets)
            .Set("silent", measures.Silent)
            .Set("shards", shards.Count)
            .Set("busy", BusyOf(shards))
            .Set("passive_keys", measures.PassiveKeys);

    private void AddTask(List<MetricReading> readings, PipelineDefinition definition, TaskMeasures measures, string? key)
    {
        var plan = definition.Plan;
        var series = new Dictionary<(MeasureScope Scope, int Learner, int Horizon), MetricReading>();
        foreach (var value in measures.Values())
        {
            var place = (value.Measure.Scope, value.Learner, value.Horizon);
            if (value.Measure.OfOneKey && key is null)
            {
                continue;
            }

            if (!series.TryGetValue(place, out var reading))
            {
                var measurement = MetricCatalog.OfTask(plan.TaskName, value.Measure.Scope, key is not null)!;
                reading = new MetricReading(measurement, TagsOf(plan, definition.Name, key, place));
                series.Add(place, reading);
                readings.Add(reading);
            }

            reading.Set(value.Measure.Name, value.Value);
        }
    }

    private string[] TagsOf(LearnerPlan plan, string pipeline, string? key, (MeasureScope Scope, int Learner, int Horizon) place) =>
    [
        node, pipeline, .. key is null ? [] : (string[])[key], .. place.Scope >= MeasureScope.Learner ? [plan.NameOf(place.Learner)] : (string[])[],
        .. place.Scope == MeasureScope.Horizon ? [Text(plan.MeasuredHorizons[place.Horizon])] : (string[])[],
    ];

    // A shard that is new here has no cost yet.
    private static double BusyOf(IReadOnlyList<ShardCost> shards) => shards.Where(shard => double.IsFinite(shard.Cost)).Sum(shard => shard.Cost);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
