using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>A reward that is to be written.</summary>
/// <param name="After">After how many more decisions, of all keys.</param>
/// <param name="Record">The reward.</param>
internal sealed record PlannedReward(int After, OutputRecord Record);
