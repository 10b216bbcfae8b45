using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Pipelines;

/// <summary>A pipeline: source topic, codec, task, learners, sinks.</summary>
public sealed record PipelineDefinition
{
    /// <summary>Its name, which other names derive from.</summary>
    public required string Name { get; init; }

    /// <summary>The topics that it reads, in the order in which configuration names them.</summary>
    public required IReadOnlyList<PipelineSource> Sources { get; init; }

    /// <summary>The first topic that it reads.</summary>
    public string Topic => Sources[0].Topic;

    /// <summary>Where it starts to read.</summary>
    public StartOffset Start { get; init; } = StartOffset.Earliest;

    /// <summary>What happens when records that are needed again are gone.</summary>
    public LostRecords LostRecords { get; init; } = LostRecords.Stop;

    /// <summary>Whether it is known that all records of a key are in one partition, whatever their message keys say.</summary>
    public bool CoPartitioned { get; init; }

    /// <summary>How the records of the first one are read.</summary>
    public SourceSchema Schema => Sources[0].Schema;

    /// <summary>The task, the learner and its rivals.</summary>
    public required LearnerPlan Plan { get; init; }

    /// <summary>Buckets that the keys of a partition are spread over.</summary>
    public int Buckets { get; init; } = 4;

    /// <summary>Whether the records are copied into one internal topic first, keyed by the pipeline's key: they come from several topics, or their
    /// keys may be others.</summary>
    public bool CopiesRecords => Sources.Count > 1 || (Schema.Key.Length > 0 && !CoPartitioned) || HasReplicas;

    /// <summary>Whether the pipeline has one model, of which each partition of the events topic has a replica.</summary>
    public bool HasReplicas => Plan.Replicas is not null;

    /// <summary>With replicas: the key under which every partition has its one, in UTF-8. The records keep theirs.</summary>
    public byte[]? ReplicaKey => HasReplicas ? System.Text.Encoding.UTF8.GetBytes(Name) : null;

    /// <summary>With replicas: the internal topic of what they contribute to their averages, with one partition.</summary>
    public string ContributionsTopic => HasReplicas ? $"{Name}.contributions" : "";

    /// <summary>The internal topic that records are copied into.</summary>
    public string EventsTopic => $"{Name}.events";

    /// <summary>The topic that is learned from: its order is the truth.</summary>
    public string LogTopic => CopiesRecords ? EventsTopic : Topic;

    /// <summary>Where the topic that is learned from is begun.</summary>
    public StartOffset LogStart => CopiesRecords ? StartOffset.Earliest : Start;

    /// <summary>Partitions of the topic that is learned from.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>Keys that a bucket may hold: its share of all that the pipeline may.</summary>
    public int MaxKeysOfBucket => Math.Max(1, Plan.MaxKeys / (Partitions * Buckets));

    /// <summary>Topic of the predictions; empty: they are not written.</summary>
    public required string PredictionsTopic { get; init; }

    /// <summary>Topic of the records that could not be learned from; empty: they are counted only.</summary>
    public required string DeadLettersTopic { get; init; }

    /// <summary>Topic of the drift alarms; empty: they are counted only.</summary>
    public string DriftTopic { get; init; } = "";

    /// <summary>Topic of the alerts; empty: they are counted only.</summary>
    public string AlertsTopic { get; init; } = "";

    /// <summary>The topics that it writes, by their settings in <c>sinks</c>.</summary>
    public IEnumerable<(string Setting, string Topic)> Outputs =>
        new[] { ("predictions", PredictionsTopic), ("dead-letters", DeadLettersTopic), ("drift", DriftTopic), ("alerts", AlertsTopic) }
            .Where(output => output.Item2.Length > 0);

    /// <summary>How often an output is written.</summary>
    public Delivery Delivery { get; init; } = Delivery.AtLeastOnce;

    /// <summary>With <see cref="Delivery.ExactlyOnce"/>, time after which a transaction is committed.</summary>
    public TimeSpan TransactionEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A decoder of the topic that is learned from. For one stream.</summary>
    public IRecordDecoder CreateDecoder() =>
        CopiesRecords
            ? new EventsDecoder([.. Sources.Select(source => new EventSource(source.Topic, source.Schema.CreateDecoder()))], HasReplicas ? ContributionsTopic : null)
            : Schema.CreateDecoder();

    /// <summary>The field at fault in an example that a fleet refused.</summary>
    /// <param name="refused">What became of the example.</param>
    /// <param name="origin">Where its record is from.</param>
    public string FieldOf(ExampleStatus refused, EventOrigin origin) =>
        origin.Source is EventOrigin.Averages or EventOrigin.Controls ? "" : Sources[origin.ReadAs].Schema.FieldOf(refused);

    /// <summary>Bounds of the chunks.</summary>
    public ChunkLimits Chunks { get; init; } = new();

    /// <summary>Share of the records whose way is traced.</summary>
    public double TraceRatio { get; init; }

    /// <summary>When the learners' state is stored.</summary>
    public BarrierOptions Barriers { get; init; } = new();

    /// <summary>A fault in the protocol, for drills that must find it.</summary>
    public ProtocolMutant Mutant { get; init; } = ProtocolMutant.None;
}
