namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>A record as a stream delivered it.</summary>
internal sealed record SeenRecord(long Offset, int Epoch, string? Key, string? Value, long Timestamp);
