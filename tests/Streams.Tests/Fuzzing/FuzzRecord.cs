namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>A record to be decoded. Without a key or a value that is null.</summary>
internal sealed record FuzzRecord(byte[]? Key, byte[]? Value, long Timestamp);
