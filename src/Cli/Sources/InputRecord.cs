namespace StreamLearn.Cli.Sources;

/// <summary>A record to be put on a topic, UTF-8.</summary>
/// <param name="Key">Message key; null: none.</param>
/// <param name="Value">Value.</param>
internal readonly record struct InputRecord(byte[]? Key, byte[] Value);
