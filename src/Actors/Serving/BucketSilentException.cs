namespace StreamLearn.Actors.Serving;

/// <summary>A bucket does not answer now. The message says why, and what to do.</summary>
public sealed class BucketSilentException(string message) : Exception(message);
