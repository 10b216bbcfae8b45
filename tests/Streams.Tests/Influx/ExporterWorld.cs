using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;
using StreamLearn.Streams.Influx.Spooling;
using StreamLearn.Streams.Tests.Influx.Spooling;
using StreamLearn.Streams.Tests.Kafka;

namespace StreamLearn.Streams.Tests.Influx;

/// <summary>An exporter with a spool of its own, quick to retry, and what it complains of.</summary>
internal sealed class ExporterWorld : IAsyncDisposable
{
    public static readonly MetricSchema Schema = new("m", new MetricField("f", MetricType.Float));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("streamlearn-influx-");
    private readonly Lock _gate = new();
    private readonly Lock _warningsGate = new();
    private readonly List<string> _warnings = [];
    private readonly MetricSeries _series;
    private InfluxExporter? _exporter;

    public ExporterWorld(Uri url, InfluxApi api = InfluxApi.V2, string tag = "x")
    {
        Url = url;
        Api = api;
        _series = new MetricSeries(Schema, new MetricTag("t", tag));
    }

    public Uri Url { get; }

    public InfluxApi Api { get; }

    public bool Gzip { get; init; } = true;

    public int BatchBytes { get; init; } = 1024 * 1024;

    public int BatchPoints { get; init; } = 10;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan RetryLeast { get; init; } = TimeSpan.FromMilliseconds(10);

    public TimeSpan RetryMost { get; init; } = TimeSpan.FromMilliseconds(100);

    public long SpoolBytes { get; init; } = 16 * 1024 * 1024;

    public string TokenVariable { get; init; } = "STREAMLEARN_TEST_NO_TOKEN";

    public string User { get; init; } = "";

    public string PasswordVariable { get; init; } = "STREAMLEARN_TEST_NO_PASSWORD";

    /// <summary>Time of the point 0, in milliseconds since 1970.</summary>
    public long TimeBase { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>In place of a spool on disk.</summary>
    public ISpool? Spool { get; init; }

    /// <summary>Is called whenever a batch is to be put somewhere.</summary>
    public Action? OnSpoolUse { get; init; }

    /// <summary>With one of these two: how much longer than the stop's time-out it is waited for.</summary>
    public TimeSpan KeepTimeout { get; init; } = Waits.Patience;

    public string SpoolPath => Path.Combine(_directory.FullName, "spool");

    public InfluxExporter Exporter
    {
        get
        {
            lock (_gate)
            {
                return _exporter ??= Open();
            }
        }
    }

    public InfluxStatistics Statistics => Exporter.Statistics;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warningsGate)
            {
                return [.. _warnings];
            }
        }
    }

    public InfluxSettings Settings() => new()
    {
        Enabled = true,
        Url = Url,
        Api = Api,
        Org = "o",
        Bucket = "b",
        Database = "d",
        User = User,
        TokenVariable = TokenVariable,
        PasswordVariable = PasswordVariable,
        Precision = MetricPrecision.Milliseconds,
        BatchPoints = BatchPoints,
        BatchBytes = BatchBytes,
        BatchAge = TimeSpan.FromMilliseconds(20),
        Gzip = Gzip,
        Timeout = Timeout,
        RetryLeast = RetryLeast,
        RetryMost = RetryMost,
        SpoolPath = SpoolPath,
        SpoolBytes = SpoolBytes,
        StopTimeout = StopTimeout,
    };

    /// <summary>Writes points with the value, and the time in milliseconds, from one number up to another.</summary>
    public void Write(int from, int to)
    {
        using var batch = new MetricBatch();
        for (var i = from; i < to; i++)
        {
            batch.Add(_series, (TimeBase + i) * 1_000_000).Set(0, (double)i);
            if (batch.Count == BatchPoints)
            {
                Exporter.Write(batch);
            }
        }

        Exporter.Write(batch);
    }

    /// <summary>The lines that <see cref="Write"/> makes.</summary>
    public static IEnumerable<string> Lines(int from, int to) => Enumerable.Range(from, to - from).Select(i => $"m,t=x f={i} {i}");

    /// <summary>Another world with what is on this one's disk now, as a process that is killed leaves it.</summary>
    public ExporterWorld AfterKill()
    {
        var after = new ExporterWorld(Url, Api);
        Directory.CreateDirectory(after.SpoolPath);
        foreach (var file in Directory.GetFiles(SpoolPath).Where(file => Path.GetFileName(file) != "lock"))
        {
            File.Copy(file, Path.Combine(after.SpoolPath, Path.GetFileName(file)));
        }

        return after;
    }

    /// <summary>Ends the exporter; the next use makes another on the same spool.</summary>
    public async Task<InfluxStatistics> StopAsync()
    {
        var exporter = Exporter;
        await exporter.StopAsync().Within("stopping the exporter", "its end");
        lock (_gate)
        {
            _exporter = null;
        }

        return exporter.Statistics;
    }

    public Task UntilAsync(Func<bool> holds, string phase) => Eventually.HoldsAsync(
        holds, phase, () => $"{Statistics}, {string.Join(", ", Statistics.Dropped)}; {string.Join(" | ", Warnings)}");

    public async ValueTask DisposeAsync()
    {
        if (_exporter is { } exporter)
        {
            await exporter.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private InfluxExporter Open() => Spool is null && OnSpoolUse is null
        ? new InfluxExporter(Settings(), Warn, Time)
        : new InfluxExporter(
            Settings(), Warn, Time, new Random(1), (_, losses) => Spool ?? new HookedSpool(OnSpoolUse!, new DiskSpool(SpoolPath, SpoolBytes, losses)))
        {
            KeepTimeout = KeepTimeout,
        };

    public void Warn(string message)
    {
        lock (_warningsGate)
        {
            _warnings.Add(message);
        }
    }
}
