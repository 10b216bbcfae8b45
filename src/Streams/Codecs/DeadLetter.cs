namespace StreamLearn.Streams.Codecs;

/// <summary>A record that was not learned from.</summary>
/// <param name="Row">Its row in its batch.</param>
/// <param name="Reason">One of <see cref="DeadLetterReason"/>.</param>
/// <param name="Field">The field at fault; empty where it is the whole record.</param>
public readonly record struct DeadLetter(int Row, string Reason, string Field);
