using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using StreamLearn.Bench.Programs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Bench.Serving;

/// <summary>
/// What a prediction over HTTP takes: a node in a process of its own, with small networks that have learned, and <c>wrk</c>, which asks for the last forecasts of a key,
/// or for those after a new record, about a thousand times a second, and as often as it can.
/// </summary>
internal static class ServingBenchmark
{
    private const string Topic = "serving";
    private const int Keys = 50;
    private const int RecordsOfKey = 300;
    private const int Seconds = 10;

    // The first checkpoint of what was learned comes within checkpoint.every, 10 s; after it nothing changes any more.
    private const int WarmUpSeconds = 12;

    // Each waits this long between two requests, on average: together a thousand a second, or a little less.
    private const int PacedConnections = 42;
    private const int PauseMilliseconds = 40;
    private const int BusyConnections = 16;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string[] Learners = ["multilayer-perceptron", "liquid"];

    internal static async Task<BenchmarkResult> RunAsync(TextWriter log)
    {
        if (WrkRun.Program is null)
        {
            await log.WriteLineAsync("serving: skipped, for wrk is not on the PATH; expected Debian's package wrk.");
            return new BenchmarkResult([]);
        }

        var folder = Directory.CreateTempSubdirectory("streamlearn-bench-");
        try
        {
            var rows = new List<BenchmarkRow>();
            foreach (var learner in Learners)
            {
                rows.AddRange(await RunAsync(learner, folder.FullName, log));
            }

            return new BenchmarkResult(rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(string learner, string folder, TextWriter log)
    {
        await using var broker = await BrokerProcess.StartAsync([$"{Topic}:1", .. PipelineLoad.Outputs(Topic).Select(topic => $"{topic}:1")]);
        await FillAsync(broker.BootstrapServers);
        var port = FreePort.Next();
        var config = Path.Combine(folder, $"{learner}.conf");
        await File.WriteAllTextAsync(config, Config(learner, broker.BootstrapServers, Path.Combine(folder, $"{learner}.db"), port));
        await using var node = ChildProgram.Start($"running {Topic} ", "run", "--config", config);
        await node.Said.WaitAsync(Limit);
        var predict = new Uri($"http://127.0.0.1:{port}/v1/pipelines/{Topic}/predict");
        await LearnedAsync(predict);
        var rows = new List<BenchmarkRow>();
        foreach (var kind in (string[])["key", "record"])
        {
            var (paced, busy) = (Script(kind, PauseMilliseconds), Script(kind, 0));
            await WrkRun.RunAsync(predict, busy, BusyConnections, WarmUpSeconds);
            var calm = await WrkRun.RunAsync(predict, paced, PacedConnections, Seconds);
            var full = await WrkRun.RunAsync(predict, busy, BusyConnections, Seconds);
            rows.AddRange(
            [
                new($"{learner}/{kind}/paced", calm.PerSecond, "requests/s"), new($"{learner}/{kind}/paced/p50", calm.Median, "ms"),
                new($"{learner}/{kind}/paced/p99", calm.P99, "ms"), new($"{learner}/{kind}/full", full.PerSecond, "requests/s"),
                new($"{learner}/{kind}/full/p50", full.Median, "ms"), new($"{learner}/{kind}/full/p99", full.P99, "ms"),
            ]);
            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{learner}, {kind}: {calm.PerSecond:0} requests/s, p50 {calm.Median:0.00} ms, p99 {calm.P99:0.00} ms; {BusyConnections} at a time without a pause "
                + $"{full.PerSecond:0} requests/s, p50 {full.Median:0.00} ms, p99 {full.P99:0.00} ms"));
        }

        return rows;

        string Script(string kind, int pause)
        {
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{pause}.lua"));
            File.WriteAllText(file, Lua(kind, pause));
            return file;
        }
    }

    /// <summary>Waits until the last record of the last key is learned.</summary>
    private static async Task LearnedAsync(Uri predict)
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            using var answer = await http.PostAsJsonAsync(predict, new { key = Key(Keys - 1) }, limit.Token);
            if (answer.IsSuccessStatusCode
                && (await answer.Content.ReadAsStringAsync(limit.Token)).Contains($"\"model_version\":{RecordsOfKey}", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task FillAsync(string bootstrapServers)
    {
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = bootstrapServers }, _ => { });
        for (var step = 0; step < RecordsOfKey; step++)
        {
            await producer.SendAsync(new OutputBatch(
                Topic, [.. Enumerable.Range(0, Keys).Select(key => new OutputRecord(Encoding.UTF8.GetBytes(Key(key)), Encoding.UTF8.GetBytes(Record(key, step))))]));
        }
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"key-{number:00}");

    private static string Record(int key, int step) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"key\":\"{Key(key)}\",\"time\":{1_700_000_000 + (300 * step)},\"value\":{100 + (50 * Math.Sin((step * 0.3) + key)):0.000}}}");

    /// <summary>Asks about one key after the other; a pause of any length up to twice the mean, so that the connections do not march in step.</summary>
    private static string Lua(string kind, int pause)
    {
        var bodies = Enumerable.Range(0, Keys).Select(key => kind == "key" ? $$"""{"key":"{{Key(key)}}"}""" : $$"""{"record":{{Record(key, RecordsOfKey)}}}""");
        return $$"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            local bodies = { {{string.Join(", ", bodies.Select(body => $"[[{body}]]"))}} }
            local at = 0
            function request()
              at = at % #bodies + 1
              return wrk.format(nil, nil, nil, bodies[at])
            end
            {{(pause == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"function delay() return math.random(0, {2 * pause}) end"))}}
            """;
    }

    private static string Config(string learner, string bootstrapServers, string store, int port) => $$"""
        streamlearn {
          kafka { bootstrap-servers = "{{bootstrapServers}}" }
          checkpoint.store.path = "{{store}}"
          node.http { port = {{port.ToString(CultureInfo.InvariantCulture)}}, limits { requests-per-second = 0 } }
          pipelines.{{Topic}} {
            source { topic = {{Topic}}, co-partitioned = on }
            task { horizons = [1, 3, 12], step = 5m }
            learner { kind = {{learner}} }
            rivals = [last-value]
          }
        }
        """;
}
