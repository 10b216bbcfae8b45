namespace StreamLearn.Streams.Influx;

/// <summary>What metrics cannot be started with: a directory, a secret. The message says what is wrong and what was expected, never a secret.</summary>
public sealed class InfluxException(string message, Exception? cause = null) : Exception(message, cause);
