namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Something has happened that must never happen.</summary>
internal sealed class ProtocolViolationException(string message) : Exception(message);
