using System.Globalization;
using System.Text;
using StreamLearn.Learners.Measures;

namespace StreamLearn.Cluster.Metrics;

/// <summary>
/// Everything that is measured, in one table: points for InfluxDB, instruments of OpenTelemetry and <c>docs/metrics.md</c> follow it. What learners say of
/// themselves has its rows in <see cref="TaskMeasures"/>.
/// </summary>
public static class MetricCatalog
{
    /// <summary>What the name of every measurement begins with.</summary>
    public const string Prefix = "streamlearn_";

    private const string Node = "node";
    private const string Pipeline = "pipeline";
    private const string Learner = "learner";
    private const string Horizon = "horizon";

    /// <summary>The tag that holds a key.</summary>
    internal const string Key = "key";

    /// <summary>The process.</summary>
    public static MeasurementDefinition OfNode { get; } = new(
        Prefix + "node", "A node.", [Node],
        [
            Counter("cpu", "s", "processor time of the process"),
            Gauge("cpu_cores", "1", "processors that were busy with it, since the reading before"),
            Count("memory_working_set", "By", "physical memory of the process"),
            Count("memory_managed", "By", "objects of .NET, those that nobody uses any more included"),
            Count("memory_committed", "By", "memory that the garbage collector holds"),
            Count("memory_native", "By", "working set less what the garbage collector holds: Torch, Kafka's client, SQLite, code"),
            Counts("allocated", "By", "bytes of all objects made since the start"),
            Counts("gc_collections", "{collection}", "garbage collections, of any generation"),
            Counter("gc_pause", "s", "time in which they stopped everything"),
            Count("threads", "{thread}", "threads of the pool"),
            Count("tensors", "{tensor}", "live tensors of Torch"),
            Count("shards", "{shard}", "shards with a bucket here, of all pipelines"),
            Gauge("learners_busy", "1", "threads that buckets kept busy, fading over a minute"),
            Count("learner_memory", "By", "learners in memory, as their states are stored"),
            Count("learner_memory_limit", "By", "node.learner-memory; 0: none"),
            Count("resident_keys", "{key}", "keys whose learners are in memory"),
            Count("passive_keys", "{key}", "keys whose learners are in the checkpoint store only"),
            Counts("woken_keys", "{key}", "how often learners came back from there"),
        ]);

    /// <summary>A GPU of the machine.</summary>
    public static MeasurementDefinition OfGpu { get; } = new(
        Prefix + "gpu", "A GPU of a node's machine, as NVIDIA's driver says; nothing without it.", [Node, "gpu"],
        [
            Count("memory_used", "By", "memory that all processes use"),
            Count("memory_total", "By", "memory that it has"),
        ]);

    /// <summary>The records of a pipeline on a node.</summary>
    public static MeasurementDefinition OfFlow { get; } = new(
        Prefix + "flow", "The records of a pipeline that a node reads. Counts go up when outputs are delivered.", [Node, Pipeline],
        [
            Counts("records", "{record}", "records that are done with: the next seven together but repeated"),
            Counts("predictions", "{record}", "records whose predictions have been delivered"),
            Counts("dead_letters", "{record}", "records that could not be learned from"),
            Counts("tombstones", "{record}", "records that told to forget a key"),
            Counts("no_rate", "{record}", "readings of counters that had no rate yet"),
            Counts("dropped", "{record}", "late records that were passed over"),
            Counts("learned", "{record}", "records with nothing to predict: feedback, logged decisions"),
            Counts("held", "{record}", "feedback that waits for its decision"),
            Counts("repeated", "{record}", "copies in the events topic that had come before"),
            Counts("skipped", "{record}", "records that retention had deleted, and that were done without"),
            Counts("contributions", "{contribution}", "what replicas have contributed to their averages"),
            Counts("averaged", "{average}", "averages that replicas have taken in"),
            Counts("drift_alarms", "{alarm}", "alarms of drift detectors"),
            Counts("alerts_raised", "{alert}", "how often an alert was raised"),
            Counts("evicted_keys", "{key}", "keys that made room for new ones"),
            Counts("rewinds", "{rewind}", "how often a bucket had lost state, and records were read again"),
            Counts("barriers", "{barrier}", "how often the learners' state was stored"),
            Counter("barrier_time", "s", "how long that took, all together"),
            Count("checkpoint_problems", "{partition}", "partitions whose last checkpoint was not made"),
            Count("partitions", "{partition}", "partitions that the node reads"),
            Count("lag", "{record}", "records of these that are not done with; nothing where a log's end is not known yet"),
            Gauge("lag_time", "s", "how long the first of them has waited at most, the largest of these; 0 where nothing waits"),
            Count("source_partitions", "{partition}", "partitions of other topics that the node copies into the pipeline's log"),
            Count("source_lag", "{record}", "records of these that are not copied"),
            Gauge("source_lag_time", "s", "how long the first of them has waited at most, the largest of these; 0 where nothing waits"),
            Count("in_flight", "{chunk}", "chunks that are sent and not answered"),
            Count("undelivered", "{batch}", "batches whose outputs are not delivered"),
            Count("chunks", "{chunk}", "chunks sent since the reading before, which the next five are of"),
            Gauge("chunk_mean", "{record}", "records in a chunk, mean"),
            Gauge("chunk_p50", "{record}", "median"),
            Gauge("chunk_p90", "{record}", "90 of 100 have at most so many"),
            Gauge("chunk_p99", "{record}", "99 of 100 have at most so many"),
            Gauge("chunk_max", "{record}", "the largest"),
            Count("answers", "{chunk}", "chunks answered since the reading before, which the next five are of"),
            Gauge("answer_mean", "s", "from sending a chunk to its answer, mean"),
            Gauge("answer_p50", "s", "median"),
            Gauge("answer_p90", "s", "90 of 100 take at most so long"),
            Gauge("answer_p99", "s", "99 of 100 take at most so long"),
            Gauge("answer_max", "s", "the longest"),
        ]);

    /// <summary>A partition that a node reads.</summary>
    public static MeasurementDefinition OfPartition { get; } = new(
        Prefix + "partition", "A partition of a pipeline's log that a node reads.", [Node, Pipeline, "partition"],
        [
            Count("next", "{record}", "offset of the first record that is not done with"),
            Count("lag", "{record}", "records after it; offsets without records, as of transactions, count"),
            Gauge("lag_time", "s", "how long the first of them has waited at most, by Kafka's timestamps; 0 where nothing waits"),
            Count("in_flight", "{chunk}", "chunks that are sent and not answered"),
            Count("undelivered", "{batch}", "batches whose outputs are not delivered"),
        ]);

    /// <summary>Dead letters.</summary>
    public static MeasurementDefinition OfDeadLetters { get; } = new(
        Prefix + "dead_letters", "Dead letters of a pipeline that a node has written, by the header sl-reason.", [Node, Pipeline, "reason"],
        [Counts("records", "{record}", "records")]);

    /// <summary>The buckets of a pipeline on a node.</summary>
    public static MeasurementDefinition OfBuckets { get; } = new(
        Prefix + "buckets", "The buckets of a pipeline that live on a node.", [Node, Pipeline],
        [
            Count("buckets", "{bucket}", "buckets that live here"),
            Count("silent", "{bucket}", "of them, those that had not answered in time: what they said before counts"),
            Count("shards", "{shard}", "shards with a bucket here"),
            Gauge("busy", "1", "threads that they kept busy, fading over a minute"),
            Count("passive_keys", "{key}", "keys whose learners are in the checkpoint store only"),
        ]);

    /// <summary>The way to InfluxDB. Instruments of its own say the same.</summary>
    public static MeasurementDefinition OfInflux { get; } = new(
        Prefix + "influx", "The points that a node sends to InfluxDB, where it does.", [Node],
        [
            Counts("written", "{point}", "points that the server has taken"),
            Counts("values_dropped", "{value}", "values left out: NaN, infinite, or too large for a 1.x server"),
            Counts("retries", "{attempt}", "attempts after the first one"),
            Counts("damaged_places", "{place}", "places of the spool that could not be read"),
            Count("spooled_points", "{point}", "points that wait on disk"),
            Count("spooled_bytes", "By", "bytes of the spool"),
        ]);

    /// <summary>Points that are lost.</summary>
    public static MeasurementDefinition OfInfluxDropped { get; } = new(
        Prefix + "influx_dropped", "Points for InfluxDB that are lost, by why; each reason that there was.", [Node, "reason"], [Counts("points", "{point}", "points")]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MeasurementDefinition> All { get; } =
        [OfNode, OfGpu, OfFlow, OfPartition, OfDeadLetters, OfBuckets, OfInflux, OfInfluxDropped, .. TaskMeasures.Tasks.SelectMany(task => TaskMeasurements(task))];

    private static readonly Dictionary<string, MeasurementDefinition> ByName = All.ToDictionary(measurement => measurement.Name);

    /// <summary>The measurement of what learners of a task say of themselves; null: there is none.</summary>
    /// <param name="task">The task.</param>
    /// <param name="scope">What it is of.</param>
    /// <param name="ofKeys">Whether of single keys.</param>
    public static MeasurementDefinition? OfTask(string task, MeasureScope scope, bool ofKeys) => ByName.GetValueOrDefault(NameOf(task, scope, ofKeys));

    /// <summary>All of it as tables for people, in Markdown.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder();
        foreach (var measurement in All)
        {
            var tags = string.Join(", ", measurement.Tags.Select(tag => $"`{tag}`"));
            text.Append(CultureInfo.InvariantCulture, $"### `{measurement.Name}`\n\n{measurement.Meaning} Tags: {tags}.\n\n");
            text.Append("| field | type | unit | meaning |\n| --- | --- | --- | --- |\n");
            foreach (var field in measurement.Fields)
            {
                var type = (field.IsWhole ? "integer" : "float") + (field.Kind == MetricKind.Counter ? ", counter" : "");
                var meaning = field.Meaning.Replace("|", "\\|", StringComparison.Ordinal);
                text.Append(CultureInfo.InvariantCulture, $"| `{field.Name}` | {type} | {field.Unit} | {meaning} |\n");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static IEnumerable<MeasurementDefinition> TaskMeasurements(string task) =>
        from ofKeys in (bool[])[false, true]
        from scope in Enum.GetValues<MeasureScope>()
        let fields = TaskMeasures.Of(task).Where(measure => measure.Scope == scope && (ofKeys || !measure.OfOneKey))
            .Select(measure => new FieldDefinition(measure.Name, MetricKind.Gauge, measure.IsWhole, measure.Unit, measure.Meaning)).ToList()
        where fields.Count > 0
        select new MeasurementDefinition(
            NameOf(task, scope, ofKeys), MeaningOf(task, scope, ofKeys),
            [
                Node, Pipeline, .. ofKeys ? [Key] : (string[])[], .. scope >= MeasureScope.Learner ? [Learner] : (string[])[],
                .. scope == MeasureScope.Horizon ? [Horizon] : (string[])[],
            ],
            fields);

    private static string NameOf(string task, MeasureScope scope, bool ofKeys) =>
        Prefix + task + (ofKeys ? "_key" : "") + scope switch
        {
            MeasureScope.Learner => "_learner",
            MeasureScope.Horizon => "_horizon",
            _ => "",
        };

    private static string MeaningOf(string task, MeasureScope scope, bool ofKeys) =>
        (scope switch
        {
            MeasureScope.Learner => $"Each learner of a {task} pipeline",
            MeasureScope.Horizon => $"Each learner of a {task} pipeline at each horizon",
            _ => $"The learners of a {task} pipeline",
        })
        + (ofKeys ? ", of the keys that `metrics.keys` chooses" : "") + ", on a node.";

    private static FieldDefinition Gauge(string name, string unit, string meaning) => new(name, MetricKind.Gauge, IsWhole: false, unit, meaning);

    private static FieldDefinition Count(string name, string unit, string meaning) => new(name, MetricKind.Gauge, IsWhole: true, unit, meaning);

    private static FieldDefinition Counter(string name, string unit, string meaning) => new(name, MetricKind.Counter, IsWhole: false, unit, meaning);

    private static FieldDefinition Counts(string name, string unit, string meaning) => new(name, MetricKind.Counter, IsWhole: true, unit, meaning);
}
