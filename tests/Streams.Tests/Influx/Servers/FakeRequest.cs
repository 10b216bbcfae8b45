namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>What the fake server was sent.</summary>
internal sealed record FakeRequest(string Path, string Query, string? Authorization, string? Encoding, string Body)
{
    public IReadOnlyList<string> Lines => Body.Split('\n')[..^1];
}
