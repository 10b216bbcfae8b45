using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Broker, pipeline and producer as processes of their own.</summary>
public sealed class LivePipelineTests : IAsyncLifetime, IDisposable
{
    private readonly WorkFolder _folder = new();
    private StreamLearnProcess _broker = null!;
    private string _bootstrap = "";

    public async Task InitializeAsync()
    {
        _broker = StreamLearnProcess.Start(
            "broker", "--topic", "link-load:4", "--topic", "link-load.predictions:4", "--topic", "link-load.dead-letter:1",
            "--topic", "link-load.drift:4", "--topic", "link-load.alerts:4");
        _bootstrap = (await _broker.LineWithAsync("127.0.0.1:")).Trim();
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Given_the_same_records_when_they_are_learned_live_and_from_a_file_then_they_agree_to_the_last_bit()
    {
        const int Records = 3000;
        var data = _folder.Write("records.json", SampleRecords.Json(Records));

        var live = await RunAsync(data, Records);
        var file = await StreamLearnProcess.RunJsonAsync("evaluate", "--config", Config(), "--pipeline", "link-load", "--data", data);

        Assert.Equal(SampleRecords.LearningOf(file), SampleRecords.LearningOf(live.Json));
        Assert.Equal(Records, live.Json.GetProperty("records").GetInt32());
        Assert.Equal(Records, Read("link-load.predictions", Records).Select(Origin).Distinct().Count());
    }

    [Fact]
    public async Task Given_csv_with_keys_like_007_when_it_is_learned_live_and_from_a_file_then_they_agree_to_the_last_bit()
    {
        const int Records = 500;
        var data = _folder.Write("records.csv", SampleRecords.Csv(Records).Select(line => line.Replace("link-", "00", StringComparison.Ordinal)));

        var live = await RunAsync(data, Records);
        var file = await StreamLearnProcess.RunJsonAsync("evaluate", "--config", Config(), "--pipeline", "link-load", "--data", data);

        Assert.Equal(SampleRecords.LearningOf(file), SampleRecords.LearningOf(live.Json));
        Assert.Equal(SampleRecords.Keys, live.Json.GetProperty("keys").GetInt32());
    }

    [Fact]
    public async Task Given_counters_that_wrap_and_are_reset_when_they_are_learned_live_and_from_a_file_then_they_agree_to_the_last_bit()
    {
        const int Records = 6000;
        const string Source = "pipelines.link-load.source";
        const string Set = $"{Source}.value-kind=counter32";
        string[] settings = ["--set", Set, "--set", $"{Source}.value-scale=0.01", "--set", $"{Source}.max-rate=300"];
        var data = _folder.Write("counters.json", SampleRecords.Counters(Records));

        var live = await RunAsync(data, Records, settings);
        var file = await StreamLearnProcess.RunJsonAsync(
            ["evaluate", "--config", Config(), "--pipeline", "link-load", "--data", data, .. settings]);

        // Five first readings and two resets have no rate.
        Assert.Equal(SampleRecords.LearningOf(file), SampleRecords.LearningOf(live.Json));
        Assert.Equal(
            (Records, Records - 7, 7, 0),
            (file.GetProperty("records").GetInt32(), file.GetProperty("predictions").GetInt32(), file.GetProperty("no_rate").GetInt32(),
                file.GetProperty("dead_letters").GetInt32()));
        var gauges = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--config", Config(), "--pipeline", "link-load",
            "--data", _folder.Write("records.json", SampleRecords.Json(Records)));
        Assert.Equal(gauges.GetProperty("mae").GetDouble(), file.GetProperty("mae").GetDouble(), 0.002);
    }

    [Fact]
    public async Task Given_loads_that_pass_their_capacity_when_they_are_learned_live_then_drift_and_alerts_are_written_with_their_records()
    {
        const int Records = 3000;
        var data = _folder.Write("records.json", SampleRecords.Changing(Records));
        string[] settings =
        [
            "--set", "pipelines.link-load.drift.detectors=[page-hinkley, { kind = page-hinkley, on = input, direction = both }]",
            "--set", "pipelines.link-load.alerts.capacity=200",
        ];

        var live = await RunAsync(data, Records, settings);
        var file = await StreamLearnProcess.RunJsonAsync(
            ["evaluate", "--config", Config(), "--pipeline", "link-load", "--data", data, .. settings]);

        Assert.Equal(SampleRecords.LearningOf(file), SampleRecords.LearningOf(live.Json));
        var alarms = live.Json.GetProperty("drift_alarms").GetInt32();
        var raised = live.Json.GetProperty("alerts_raised").GetInt32();
        Assert.InRange(alarms, 1, 50);
        Assert.InRange(raised, SampleRecords.Keys, 500);
        Assert.InRange(live.Json.GetProperty("alert_recall").GetDouble(), 0.5, 1);
        Assert.Contains($"drift alarms: {alarms}", live.Error, StringComparison.Ordinal);
        Assert.Contains("targets within [lo, hi]: 0.", live.Error, StringComparison.Ordinal);

        var drift = Read("link-load.drift", alarms);
        Assert.All(drift, record => Assert.Matches(
            "^\\{\"key\":\"link-[0-4]\",\"time\":[0-9]+,\"detector\":\"page-hinkley\",\"on\":\"(error|input)\",\"reaction\":\"none\"}$",
            Encoding.UTF8.GetString(record.Message.Value)));
        Assert.Equal(alarms, drift.Select(record => Origin(record) + Encoding.UTF8.GetString(record.Message.Value)).Distinct().Count());
        var alerts = Read("link-load.alerts", raised);
        Assert.All(alerts, record => Assert.StartsWith("link-load/", Origin(record), StringComparison.Ordinal));
        foreach (var events in alerts.GroupBy(record => Encoding.UTF8.GetString(record.Message.Key)))
        {
            // Each key's in the order of its records: raised, cleared, raised, …
            var expected = true;
            foreach (var record in events)
            {
                using var json = JsonDocument.Parse(record.Message.Value);
                Assert.Equal(
                    (expected ? "raised" : "cleared", 160.0),
                    (json.RootElement.GetProperty("state").GetString()!, json.RootElement.GetProperty("threshold").GetDouble()));
                expected = !expected;
            }
        }
    }

    [Fact]
    public async Task Given_late_records_to_be_dropped_when_they_come_live_then_they_are_counted_and_the_learning_is_as_without_them()
    {
        var good = SampleRecords.Json(300).ToArray();
        var data = _folder.Write("records.json", good[..200].Concat(good[50..60]).Concat(good[200..]));

        var live = await RunAsync(data, 310, "--set", "pipelines.link-load.task.out-of-order=drop");
        var clean = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--config", Config(), "--pipeline", "link-load", "--data", _folder.Write("good.json", good));

        Assert.Equal(
            (310, 300, 10, 0),
            (live.Json.GetProperty("records").GetInt32(), live.Json.GetProperty("predictions").GetInt32(),
                live.Json.GetProperty("dropped").GetInt32(),
                live.Json.GetProperty("dead_letters").GetInt32()));
        Assert.Equal(clean.GetProperty("state_hash").GetString(), live.Json.GetProperty("state_hash").GetString());
    }

    [Fact]
    public async Task Given_bad_records_and_a_tombstone_when_they_come_then_they_are_dead_letters_and_forgotten_and_the_stream_goes_on()
    {
        var good = SampleRecords.Json(200).ToArray();
        var bad = new Dictionary<string, (string Reason, string Field)>
        {
            ["no json"] = ("malformed", ""),
            ["{\"link\":\"link-0\",\"ts\":5}"] = ("missing-field", "load"),
            ["{\"link\":\"link-0\",\"ts\":5,\"load\":\"much\"}"] = ("wrong-type", "load"),
            ["{\"link\":\"link-0\",\"ts\":\"soon\",\"load\":1}"] = ("bad-time", "ts"),
            [good[0]] = ("time-not-increasing", "ts"),
        };
        using (var producer = new ProducerBuilder<string?, string?>(new ProducerConfig { BootstrapServers = _bootstrap })
                   .SetKeySerializer(NullableText.Instance).SetValueSerializer(NullableText.Instance).Build())
        {
            foreach (var value in good[..100].Concat(bad.Keys).Concat(good[100..]).Append(null))
            {
                await producer.ProduceAsync(new TopicPartition("link-load", 0), new Message<string?, string?> { Key = "link-3", Value = value });
            }
        }

        await using var run = StreamLearnProcess.Start("run", "--config", Config(), "--records", "206", "--json");
        var result = await run.EndAsync();

        Assert.True(result.ExitCode == 0, $"{result}");
        var json = result.Json;
        Assert.Equal(
            (206, 200, 5, 1, 4),
            (json.GetProperty("records").GetInt32(), json.GetProperty("predictions").GetInt32(), json.GetProperty("dead_letters").GetInt32(),
                json.GetProperty("tombstones").GetInt32(), json.GetProperty("keys").GetInt32()));
        var letters = Read("link-load.dead-letter", 5);
        Assert.Equal(bad.Keys.Order(StringComparer.Ordinal), letters.Select(letter => Encoding.UTF8.GetString(letter.Message.Value)).Order(StringComparer.Ordinal));
        foreach (var letter in letters)
        {
            var (reason, field) = bad[Encoding.UTF8.GetString(letter.Message.Value)];
            Assert.Equal((reason, field, "link-load", "0"), (Header(letter, "sl-reason"), Header(letter, "sl-field"), Header(letter, "sl-topic"), Header(letter, "sl-partition")));
            Assert.InRange(int.Parse(Header(letter, "sl-offset"), System.Globalization.CultureInfo.InvariantCulture), 100, 104);
            Assert.Equal("link-3", Encoding.UTF8.GetString(letter.Message.Key));
        }
    }

    [KcatFact]
    public async Task Given_predictions_when_kcat_reads_them_then_it_finds_json_with_the_origin_in_headers()
    {
        const int Records = 50;
        await RunAsync(_folder.Write("records.json", SampleRecords.Json(Records)), Records);
        var start = new ProcessStartInfo("kcat") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-C", "-b", _bootstrap, "-t", "link-load.predictions", "-o", "beginning", "-e", "-q", "-f", "%k|%h|%s\\n"])
        {
            start.ArgumentList.Add(argument);
        }

        using var kcat = Process.Start(start)!;
        var lines = (await kcat.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).TrimEnd('\n').Split('\n');

        Assert.Equal(Records, lines.Length);
        var fields = lines[0].Split('|', 3);
        Assert.StartsWith("link-", fields[0], StringComparison.Ordinal);
        Assert.Contains("sl-topic=link-load", fields[1], StringComparison.Ordinal);
        Assert.Contains("sl-offset=", fields[1], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(fields[2]);
        Assert.Equal(fields[0], json.RootElement.GetProperty("key").GetString());
    }

    [Fact]
    public async Task Given_a_network_for_which_auto_would_take_a_GPU_when_it_runs_then_the_program_says_where_it_is_and_why()
    {
        const string Learner = "pipelines.link-load.learner";
        await using var run = StreamLearnProcess.Start(
            "run", "--config", Config(), "--set", $"{Learner}.kind=multilayer-perceptron", "--set", $"{Learner}.hidden=2000", "--set", $"{Learner}.layers=3");

        var line = await run.LineWithAsync("multilayer-perceptron runs on");

        Assert.Matches("link-load: multilayer-perceptron runs on (cpu: large, but there is no GPU|torch-cuda: large)", line);
        await run.LineWithAsync("running link-load");
    }

    private static string Origin(ConsumeResult<byte[], byte[]> record) => $"{Header(record, "sl-topic")}/{Header(record, "sl-partition")}/{Header(record, "sl-offset")}";

    private static string Header(ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    private string Config() => _folder.Write("link-load.conf", SampleRecords.Config(_bootstrap, _folder.PathOf("checkpoints.db")));

    /// <summary>Runs the pipeline while the records of a file are produced.</summary>
    private async Task<ProgramResult> RunAsync(string data, int records, params string[] settings)
    {
        var config = Config();
        await using var run = StreamLearnProcess.Start(
            ["run", "--config", config, "--records", $"{records}", "--json", .. settings]);
        await run.LineWithAsync("running link-load");
        var produced = await StreamLearnProcess.RunJsonAsync(
            "produce", "--config", config, "--topic", "link-load", "--data", data, "--await", "link-load.predictions");
        Assert.Equal(records, produced.GetProperty("records").GetInt32());
        var result = await run.EndAsync();
        Assert.True(result.ExitCode == 0, $"{result}");
        return result;
    }

    private List<ConsumeResult<byte[], byte[]>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _bootstrap, GroupId = "test" }).Build();
        consumer.Assign(Enumerable.Range(0, 4).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)).Take(topic == "link-load.dead-letter" ? 1 : 4));
        var found = new List<ConsumeResult<byte[], byte[]>>();
        while (found.Count < count)
        {
            found.Add(consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"{topic} has {found.Count} records after 20 s; expected {count}."));
        }

        return found;
    }
}
