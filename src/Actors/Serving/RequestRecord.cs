namespace StreamLearn.Actors.Serving;

/// <summary>A record as somebody sends it in a request.</summary>
/// <param name="Key">Its message key, UTF-8; null: it has none.</param>
/// <param name="Value">Its value, in the format of its source.</param>
public readonly record struct RequestRecord(byte[]? Key, ReadOnlyMemory<byte> Value);
