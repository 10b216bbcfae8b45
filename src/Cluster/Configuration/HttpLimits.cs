namespace StreamLearn.Cluster.Configuration;

/// <summary>What requests to a node may take; see <c>reference.conf</c>.</summary>
public sealed record HttpLimits
{
    /// <summary>Bytes of a request's body, at most.</summary>
    public int BodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Records of a request, at most.</summary>
    public int Records { get; init; } = 256;

    /// <summary>Requests a second of one client address; 0: any number.</summary>
    public int RequestsPerSecond { get; init; } = 5000;

    /// <summary>Requests that one client address may send at once, after a pause.</summary>
    public int Burst { get; init; } = 5000;

    /// <summary>Requests to pipelines that are being answered at a time; 0: any number.</summary>
    public int AtATime { get; init; } = 64;

    /// <summary>Requests that wait for that.</summary>
    public int Waiting { get; init; } = 256;

    internal static HttpLimits From(ConfigNode limits) => new()
    {
        BodyBytes = (int)limits.Whole("body-bytes", 1024, 64 * 1024 * 1024),
        Records = (int)limits.Whole("records", 1, 10_000),
        RequestsPerSecond = (int)limits.Whole("requests-per-second", 0, 1_000_000),
        Burst = (int)limits.Whole("burst", 1, 1_000_000),
        AtATime = (int)limits.Whole("at-a-time", 0, 10_000),
        Waiting = (int)limits.Whole("waiting", 0, 100_000),
    };
}
