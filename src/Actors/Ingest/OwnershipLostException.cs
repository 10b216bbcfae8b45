namespace StreamLearn.Actors.Ingest;

/// <summary>Somebody else owns the partition: what is under way is dropped, and nothing is stored or committed.</summary>
internal sealed class OwnershipLostException(string message) : OperationCanceledException(message);
