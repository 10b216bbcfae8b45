namespace StreamLearn.Actors.Ingest;

/// <summary>A bucket cannot go on, and so the pipeline cannot.</summary>
public sealed class LearnersFailedException(string message) : Exception(message);
