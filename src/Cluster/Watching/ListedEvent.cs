using StreamLearn.Actors.Messages;

namespace StreamLearn.Cluster.Watching;

/// <summary>What has happened to a key of a pipeline.</summary>
/// <param name="Partition">Partition of its record.</param>
/// <param name="Event">What.</param>
public sealed record ListedEvent(int Partition, KeyEvent Event);
