namespace StreamLearn.Streams.Kafka;

/// <summary>Partition whose records outputs were made from: headers <c>sl-topic</c> and <c>sl-partition</c>.</summary>
public sealed record RecordOrigin(string Topic, int Partition);
