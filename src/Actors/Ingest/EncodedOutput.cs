using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>What is to be written for an ingest's output, and what it will count for once it is.</summary>
internal sealed record EncodedOutput(OutputBatch Predictions, OutputBatch DeadLetters)
{
    /// <summary>Offset after the last record that it is for.</summary>
    internal required long Next { get; init; }

    /// <summary>Kafka's timestamp of the last record, ms since 1970.</summary>
    internal required long Timestamp { get; init; }

    /// <summary>Offset of a record in it whose way is traced; -1: none.</summary>
    internal long Traced { get; init; } = -1;

    /// <summary>When it was begun, in the units of the clock.</summary>
    internal long EncodedAt { get; init; }

    /// <summary>Drift alarms.</summary>
    internal required OutputBatch Drift { get; init; }

    /// <summary>Alerts raised and cleared.</summary>
    internal required OutputBatch Alerts { get; init; }

    /// <summary>What replicas contribute to their average.</summary>
    internal required OutputBatch Contributions { get; init; }

    /// <summary>All of them.</summary>
    internal IEnumerable<OutputBatch> Batches => [Predictions, DeadLetters, Drift, Alerts, Contributions];

    internal int Predicted { get; init; }

    internal int Refused { get; init; }

    internal int Forgotten { get; init; }

    internal int WithoutRate { get; init; }

    internal int Dropped { get; init; }

    internal int Repeated { get; init; }

    internal int Learned { get; init; }

    internal int Held { get; init; }

    internal int Averaged { get; init; }

    internal int Controlled { get; init; }

    internal int DriftAlarms { get; init; }

    internal int AlertsRaised { get; init; }

    internal int Evictions { get; init; }

    /// <summary>Learners that have returned to their last good state: for the log.</summary>
    internal IReadOnlyList<RecoveredLearner> Recoveries { get; init; } = [];
}
