using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the block <c>metrics.influxdb</c>. Secrets come from the environment and from nowhere else, and not before something is sent.</summary>
internal static class InfluxSection
{
    private const string Variable = "the name of an environment variable";

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    private static readonly (string Name, MetricPrecision Precision)[] Precisions =
    [
        ("ns", MetricPrecision.Nanoseconds), ("us", MetricPrecision.Microseconds), ("ms", MetricPrecision.Milliseconds), ("s", MetricPrecision.Seconds),
    ];

    internal static InfluxSettings Read(ConfigNode influx)
    {
        var enabled = influx.Flag("enabled");
        var api = influx.Choice("api", "v2", "v1") == "v2" ? InfluxApi.V2 : InfluxApi.V1;
        var batch = influx.Child("batch");
        var retry = influx.Child("retry");
        var spool = influx.Child("spool");
        var least = Duration(retry, "least");
        var most = Duration(retry, "most");
        var batchBytes = (int)batch.Whole("bytes", 1024, 16 * 1024 * 1024);
        var leastSpool = InfluxSettings.LeastSpoolBytes(batchBytes);
        return new InfluxSettings
        {
            Enabled = enabled,
            Url = Url(influx),
            Api = api,
            Org = Needed("org", InfluxApi.V2, "the name of an organisation; VictoriaMetrics takes any"),
            Bucket = Needed("bucket", InfluxApi.V2, "the name of a bucket"),
            Database = Needed("database", InfluxApi.V1, "the name of a database"),
            User = influx.Text("user"),
            TokenVariable = NotEmpty(influx, "token-env", Variable),
            PasswordVariable = NotEmpty(influx, "password-env", Variable),
            Precision = PrecisionOf(influx),
            BatchPoints = (int)batch.Whole("points", 1, 100_000),
            BatchBytes = batchBytes,
            BatchAge = Duration(batch, "age"),
            Gzip = influx.Flag("gzip"),
            Timeout = Duration(influx, "timeout"),
            RetryLeast = least,
            RetryMost = most >= least
                ? most
                : throw retry.Fail("most", $"{Durations.Format(most)}, and least is {Durations.Format(least)}", "a duration that is not shorter"),
            SpoolPath = NotEmpty(spool, "path", "the name of a directory"),
            SpoolBytes = spool.Whole("max-bytes", 0, long.MaxValue) is var bytes && (bytes == 0 || bytes >= leastSpool)
                ? bytes
                : throw spool.Fail("max-bytes", $"'{spool.Text("max-bytes")}'", $"0, or at least {leastSpool} where batch.bytes = {batchBytes}"),
            StopTimeout = Duration(influx, "stop-timeout"),
            Tags = Tags(influx),
        };

        // A server answers 400 where one is missing, as it does to bad lines.
        string Needed(string name, InfluxApi by, string expected) =>
            enabled && api == by ? NotEmpty(influx, name, expected) : influx.Text(name);
    }

    private static MetricPrecision PrecisionOf(ConfigNode influx)
    {
        var name = influx.Choice("precision", [.. Precisions.Select(precision => precision.Name)]);
        return Precisions.First(precision => precision.Name == name).Precision;
    }

    private static Uri Url(ConfigNode influx)
    {
        const string expected = "an address with http or https, e.g. http://localhost:8086";
        var text = influx.Text("url");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            // Without what is there: what is no address may be anything.
            throw influx.Fail("url", text.Length == 0 ? "empty" : "no such address", expected);
        }

        return url.UserInfo.Length > 0
            ? throw influx.Fail("url", "an address with a user or a password", "one without; user, password-env and token-env are for that")
            : url.Query.Length > 0 || url.Fragment.Length > 0 ? throw influx.Fail("url", "an address with a query", expected) : url;
    }

    private static MetricTag[] Tags(ConfigNode influx)
    {
        var block = influx.Child("tags");
        var tags = block.Names.Select(name => new MetricTag(name, block.Text(name))).ToArray();
        try
        {
            _ = new LineProtocolEncoder(MetricPrecision.Milliseconds, InfluxApi.V2, tags);
            return tags;
        }
        catch (ArgumentException exception)
        {
            throw influx.Fail("tags", exception.Message.Split(';', '(')[0].Trim(), "tags, name = value, with names that servers do not keep for themselves");
        }
    }

    private static TimeSpan Duration(ConfigNode block, string name) =>
        block.Duration(name, Least) is var duration && duration <= Most
            ? duration
            : throw block.Fail(name, $"'{block.Text(name)}'", $"a duration of at most {Durations.Format(Most)}");

    private static string NotEmpty(ConfigNode block, string name, string expected) =>
        block.Text(name) is { Length: > 0 } text ? text : throw block.Fail(name, "empty", expected);
}
