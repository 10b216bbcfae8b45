namespace StreamLearn.Streams.Kafka;

/// <summary>A key or a value in a <see cref="PayloadArena"/>; the default is one that is null.</summary>
internal readonly record struct PayloadSlice(int Start, int Length, bool Exists);
