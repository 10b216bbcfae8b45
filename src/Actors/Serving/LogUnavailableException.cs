namespace StreamLearn.Actors.Serving;

/// <summary>Records could not be written into a pipeline's log, or nobody knows whether they are in it. The message says which.</summary>
public sealed class LogUnavailableException(string message) : Exception(message);
