using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>An outcome that is to be written.</summary>
/// <param name="After">After how many more outputs, of all keys.</param>
/// <param name="Record">The outcome.</param>
internal sealed record PlannedOutcome(int After, OutputRecord Record);
