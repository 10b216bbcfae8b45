using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Events;

/// <summary>What is to be written for a batch of a source.</summary>
/// <param name="Copies">For the events topic, each with its partition. They have no origin to name in headers: it is in the
/// envelope.</param>
/// <param name="Times">Event time of each copy, ms since 1970.</param>
/// <param name="DeadLetters">For the dead letters; their origin is the batch.</param>
public sealed record RoutedEvents(IReadOnlyList<OutputRecord> Copies, IReadOnlyList<long> Times, IReadOnlyList<OutputRecord> DeadLetters);
