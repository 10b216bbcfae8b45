using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Influx.Sending;

namespace StreamLearn.Streams.Influx;

/// <summary>Where metrics go and how; see <c>reference.conf</c>.</summary>
/// <remarks>Secrets are not in it: their values are read from the environment by who sends them.</remarks>
public sealed class InfluxSettings
{
    /// <summary>Whether metrics are written at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>The server, <c>http</c> or <c>https</c>, with the path that it is under, if any.</summary>
    public Uri Url { get; init; } = new("http://localhost:8086");

    /// <summary>Which API it has.</summary>
    public InfluxApi Api { get; init; } = InfluxApi.V2;

    /// <summary>For v2: the organisation.</summary>
    public string Org { get; init; } = "";

    /// <summary>For v2: the bucket.</summary>
    public string Bucket { get; init; } = "streamlearn";

    /// <summary>For v1: the database.</summary>
    public string Database { get; init; } = "streamlearn";

    /// <summary>For v1: the user; empty: nobody logs in.</summary>
    public string User { get; init; } = "";

    /// <summary>For v2: the environment variable that the token is in; without it there is none.</summary>
    public string TokenVariable { get; init; } = "INFLUX_TOKEN";

    /// <summary>For v1: the environment variable that the user's password is in.</summary>
    public string PasswordVariable { get; init; } = "INFLUX_PASSWORD";

    /// <summary>Unit of the times that are sent.</summary>
    public MetricPrecision Precision { get; init; } = MetricPrecision.Milliseconds;

    /// <summary>Points that are sent together, at most.</summary>
    public int BatchPoints { get; init; } = 5000;

    /// <summary>Bytes of lines that are sent together; the line that reaches it is the last one.</summary>
    public int BatchBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a point waits for others, at most.</summary>
    public TimeSpan BatchAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether requests are compressed.</summary>
    public bool Gzip { get; init; } = true;

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before the second attempt; it doubles from attempt to attempt, and is spread by chance.</summary>
    public TimeSpan RetryLeast { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between attempts, but for a server that asks for a longer one.</summary>
    public TimeSpan RetryMost { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Directory of what waits while the server is away.</summary>
    public string SpoolPath { get; init; } = "data/spool";

    /// <summary>Bytes that may wait there, at least <see cref="LeastSpoolBytes"/>; 0: nothing waits on disk.</summary>
    public long SpoolBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How long a stop may take to send what is there; the rest goes into the spool.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Tags that every point has besides its own.</summary>
    public IReadOnlyList<MetricTag> Tags { get; init; } = [];

    /// <summary>The smallest spool that is of use: what is in memory goes there at once, and as much again has room.</summary>
    /// <param name="batchBytes"><see cref="BatchBytes"/>.</param>
    /// <returns>Bytes; 0, no spool at all, is always possible.</returns>
    public static long LeastSpoolBytes(int batchBytes) => Math.Max(64 * 1024, 2L * InfluxBacklog.MostInMemory * batchBytes);

    /// <inheritdoc/>
    public override string ToString() => $"InfluxDB at {Url}";

    /// <summary>Where lines are posted to.</summary>
    internal Uri WriteAddress()
    {
        var server = Url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return Api == InfluxApi.V2
            ? new Uri(
                $"{server}/api/v2/write?org={Uri.EscapeDataString(Org)}&bucket={Uri.EscapeDataString(Bucket)}"
                + $"&precision={Unit("ns", "us")}")
            : new Uri($"{server}/write?db={Uri.EscapeDataString(Database)}&precision={Unit("n", "u")}");
    }

    /// <summary>What to look at when the server says no.</summary>
    internal string Hint() => Api == InfluxApi.V2
        ? $"expected a server with /api/v2/write, org '{Org}' and bucket '{Bucket}' there, and in the environment variable {TokenVariable} a token that may write to it"
        : $"expected a server with /write, the database '{Database}' there, and the user '{User}', whose password is in the environment variable "
            + $"{PasswordVariable}, allowed to write to it";

    /// <summary>What becomes of metrics meanwhile.</summary>
    internal string Waiting() => SpoolBytes > 0 ? $"Metrics wait in {SpoolPath}." : "Metrics are lost, and counted: there is no spool.";

    private string Unit(string nanoseconds, string microseconds) => Precision switch
    {
        MetricPrecision.Nanoseconds => nanoseconds,
        MetricPrecision.Microseconds => microseconds,
        MetricPrecision.Milliseconds => "ms",
        _ => "s",
    };
}
