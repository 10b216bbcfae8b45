using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>What is to be written for an ingest's output, and what it will count for once it is.</summary>
internal sealed record EncodedOutput(OutputBatch Predictions, OutputBatch DeadLetters)
{
    /// <summary>Drift alarms.</summary>
    internal required OutputBatch Drift { get; init; }

    /// <summary>Alerts raised and cleared.</summary>
    internal required OutputBatch Alerts { get; init; }

    internal int Predicted { get; init; }

    internal int Refused { get; init; }

    internal int Forgotten { get; init; }

    internal int WithoutRate { get; init; }

    internal int Dropped { get; init; }

    internal int DriftAlarms { get; init; }

    internal int AlertsRaised { get; init; }

    internal int Evictions { get; init; }
}
