using System.Diagnostics;
using System.Globalization;
using System.Net;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;
using StreamLearn.Streams.Influx;

namespace StreamLearn.Streams.Tests.Influx.Servers;

/// <summary>A real server in a process of its own, with its data in a temporary directory, on a port that stays the same.</summary>
internal abstract class MetricsServer : IAsyncDisposable
{
    private const int KeptLines = 50;

    private readonly Queue<string> _output = new();
    private Process? _process;

    /// <summary>Name of the program.</summary>
    protected abstract string Program { get; }

    /// <summary>Where it says that it is there.</summary>
    protected abstract string HealthPath { get; }

    /// <summary>Which API points are written with.</summary>
    public abstract InfluxApi Api { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}");

    protected HttpClient Client { get; } = new();

    protected DirectoryInfo Data { get; } = Directory.CreateTempSubdirectory("streamlearn-metrics-");

    protected int Port { get; } = FreePort.Next();

    /// <summary>The program's path; null: it is not on PATH.</summary>
    public static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    public async Task StartAsync()
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(PathOf(Program)!, Arguments()) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Data.FullName },
        };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await Eventually.HoldsAsync(() => process.HasExited || IsHealthy(), $"starting {Program}", Output);
        Assert.False(process.HasExited, $"{Program} ended: {Output()}");
        await PrepareAsync();
    }

    /// <summary>Ends the server as a crash does (kill -9), or where it would lose what it has acknowledged, as an operator does.</summary>
    public async Task StopAsync(bool crash)
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        if (crash)
        {
            process.Kill();
        }
        else
        {
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Values of a field of all points of a measurement, by their times in milliseconds. A point that is there twice fails.</summary>
    public abstract Task<IReadOnlyDictionary<long, double>> ReadAsync(string measurement, string field);

    /// <summary>Values of a tag of a measurement.</summary>
    public abstract Task<IReadOnlySet<string>> TagValuesAsync(string measurement, string field, string tag);

    public async ValueTask DisposeAsync()
    {
        await StopAsync(crash: true);
        Client.Dispose();
        Data.Delete(recursive: true);
    }

    protected abstract IReadOnlyList<string> Arguments();

    /// <summary>Once it runs.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected async Task<string> GetAsync(string path, params (string Name, string Value)[] parameters)
    {
        var query = string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
        using var response = await Client.GetAsync(new Uri(Url, $"{path}?{query}"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{path}?{query}: {(int)response.StatusCode} {text}");
        return text;
    }

    private bool IsHealthy()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, HealthPath));
            using var response = Client.Send(request);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.Enqueue(line ?? "");
            if (_output.Count > KeptLines)
            {
                _output.Dequeue();
            }
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }
}
