namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>What the fake server says to a request.</summary>
internal sealed record FakeAnswer(int Status, string Body = "", string? RetryAfter = null, bool Hangs = false, bool Resets = false)
{
    public static FakeAnswer Ok { get; } = new(204);
}
