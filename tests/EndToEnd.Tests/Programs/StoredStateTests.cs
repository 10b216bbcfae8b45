using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Data.Sqlite;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Looking into what is stored, going on with it, going back, making it anew.</summary>
public sealed class StoredStateTests : IDisposable
{
    private const int Partitions = 4;
    private const int Records = 2000;
    private const long FirstTimestamp = 1_700_000_000_000;

    private readonly WorkFolder _folder = new();
    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly string[] _records = [.. SampleRecords.Json(Records + 500)];

    public StoredStateTests()
    {
        foreach (var topic in (string[])["link-load", "link-load.predictions", "link-load.events"])
        {
            _kafka.CreateTopic(topic, Partitions);
        }

        _kafka.CreateTopic("link-load.dead-letter", 1);
    }

    [Fact]
    public async Task Given_a_pipeline_that_was_stopped_when_it_runs_again_then_it_goes_on_and_what_is_stored_is_what_it_says()
    {
        Produce(0, Records);

        var first = await RunAsync(700);
        var read = first.GetProperty("records").GetInt32();
        var second = read < Records ? await RunAsync(Records - read) : first;
        var inspected = await InspectAsync("--keys");

        Assert.Equal(Records, read + (read < Records ? second.GetProperty("records").GetInt32() : 0));
        Assert.Equal(await HashOfAsync(_records[..Records]), Hash(second));
        Assert.Equal(Hash(second), Hash(inspected));
        Assert.Equal(
            (Records, Partitions, SampleRecords.Keys, 0),
            (inspected.GetProperty("records").GetInt32(), inspected.GetProperty("cursors").GetArrayLength(),
                inspected.GetProperty("by_key").GetArrayLength(), inspected.GetProperty("damage").GetArrayLength()));
        Assert.Equal(Records, inspected.GetProperty("cursors").EnumerateArray().Sum(cursor => cursor.GetProperty("next").GetInt32()));
        Assert.Equal("recursive-least-squares", inspected.GetProperty("settings").GetProperty("learner.kind").GetString());
        var list = await StreamLearnProcess.RunJsonAsync("inspect", "--config", Config());
        Assert.Equal("link-load", Assert.Single(list.GetProperty("pipelines").EnumerateArray()).GetProperty("pipeline").GetString());
    }

    [Fact]
    public async Task Given_a_stored_pipeline_when_it_is_rolled_back_and_runs_again_then_it_learns_the_same()
    {
        Produce(0, Records);
        var before = await RunAsync(Records);

        var back = await StreamLearnProcess.RunJsonAsync("rollback", "--config", Config(), "--pipeline", "link-load");
        var left = Records - back.GetProperty("partitions").EnumerateArray().Sum(partition => partition.GetProperty("next").GetInt32());
        var again = await RunAsync(left);

        Assert.Equal(Partitions, back.GetProperty("partitions").GetArrayLength());
        Assert.InRange(left, 1, Records);
        Assert.Equal(Hash(before), Hash(again));
        var unknown = await StreamLearnProcess.RunAsync("rollback", "--config", Config(), "--pipeline", "nope");
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("'nope'", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("expected one of link-load", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_partition_without_records_when_the_pipeline_is_rolled_back_then_it_stays_and_the_others_go_back()
    {
        const int Empty = 3;
        Produce(0, Records, number => PartitionOf(number) != Empty);
        var learned = Enumerable.Range(0, Records).Count(number => PartitionOf(number) != Empty);
        var before = await RunAsync(learned);

        var back = await StreamLearnProcess.RunJsonAsync("rollback", "--config", Config(), "--pipeline", "link-load");
        var next = back.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("next").GetInt32()).ToArray();
        var again = await RunAsync(learned - next.Sum());

        Assert.Equal((Partitions, 0), (next.Length, next[Empty]));
        Assert.InRange(next.Sum(), 0, learned - 1);
        Assert.Equal(Hash(before), Hash(again));
    }

    [Fact]
    public async Task Given_a_log_without_a_record_when_a_stored_pipeline_is_replayed_then_it_is_refused_and_the_state_stays()
    {
        Produce(0, Records);
        var live = await RunAsync(Records);

        var useless = await StreamLearnProcess.RunAsync(
            "replay", "--config", Config(), "--pipeline", "link-load", "--from", "earliest", "--set", "pipelines.link-load.source.value=nope");
        for (var partition = 0; partition < Partitions; partition++)
        {
            _kafka.DeleteRecordsBefore("link-load", partition, Enumerable.Range(0, Records).Count(number => PartitionOf(number) == partition));
        }

        var empty = await StreamLearnProcess.RunAsync("replay", "--config", Config(), "--pipeline", "link-load", "--from", "earliest");

        Assert.Equal((2, 2), (useless.ExitCode, empty.ExitCode));
        Assert.Contains($"Not one of the {Records} records of link-load can be learned from", useless.Error, StringComparison.Ordinal);
        Assert.Contains("There is no record in any partition of link-load", empty.Error, StringComparison.Ordinal);
        Assert.All([useless, empty], refused =>
        {
            Assert.Contains("Stored of link-load: 5 keys in ", refused.Error, StringComparison.Ordinal);
            Assert.Contains("nothing was changed", refused.Error, StringComparison.Ordinal);
        });
        Assert.Equal(Hash(live), Hash(await InspectAsync()));
    }

    [Fact]
    public async Task Given_a_stored_pipeline_when_its_keys_are_inspected_then_people_get_a_table_of_them()
    {
        Produce(0, 300);
        await RunAsync(300);

        var all = await StreamLearnProcess.RunAsync("inspect", "--config", Config(), "--pipeline", "link-load", "--keys");
        var one = await StreamLearnProcess.RunAsync("inspect", "--config", Config(), "--pipeline", "link-load", "--key", "link-2");

        Assert.Equal((0, 0), (all.ExitCode, one.ExitCode));
        Assert.All(Enumerable.Range(0, SampleRecords.Keys), key => Assert.Contains($"link-{key} ", all.Error, StringComparison.Ordinal));
        Assert.Contains("last time", one.Error, StringComparison.Ordinal);
        Assert.Contains("link-2 ", one.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("link-3 ", one.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_settings_that_are_damaged_when_the_pipeline_runs_then_it_is_refused_and_a_replay_heals_it()
    {
        Produce(0, 300);
        var live = await RunAsync(300);
        Execute("UPDATE streamlearn_pipelines SET settings = '{oops'");

        var refused = await StreamLearnProcess.RunAsync("run", "--config", Config(), "--records", "1");
        var inspected = await InspectAsync();
        var replayed = await ReplayAsync("earliest");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("pipeline 'link-load', what its state was made with is damaged", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "what its state was made with is damaged", Assert.Single(inspected.GetProperty("damage").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
        Assert.Equal((Hash(live), Hash(live)), (Hash(replayed), Hash(await InspectAsync())));
    }

    [Fact]
    public async Task Given_a_store_without_a_pipeline_or_another_programs_file_when_it_is_inspected_then_the_error_says_so()
    {
        Produce(0, 300);
        await RunAsync(300);
        Execute("DELETE FROM streamlearn_claims; DELETE FROM streamlearn_pipelines");

        var nothing = await StreamLearnProcess.RunAsync("inspect", "--config", Config(), "--pipeline", "link-load");
        Execute(
            "CREATE TABLE photos (name TEXT); DROP TABLE streamlearn_schema; DROP TABLE streamlearn_pipelines; DROP TABLE streamlearn_claims;"
            + "DROP TABLE streamlearn_manifests; DROP TABLE streamlearn_keys; DROP TABLE streamlearn_cursors; DROP TABLE streamlearn_store; DROP TABLE streamlearn_paused;");
        var foreign = await StreamLearnProcess.RunAsync("inspect", "--config", Config());
        var run = await StreamLearnProcess.RunAsync("run", "--config", Config(), "--records", "1");

        Assert.Equal((2, 1, 1), (nothing.ExitCode, foreign.ExitCode, run.ExitCode));
        Assert.Contains("but nothing is stored of any pipeline in ", nothing.Error, StringComparison.Ordinal);
        Assert.All([foreign, run], refused => Assert.Contains(
            "is not a checkpoint store of StreamLearn", refused.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Given_a_stored_pipeline_when_it_is_replayed_from_the_start_then_it_has_the_same_state_and_run_goes_on_after_it()
    {
        Produce(0, Records);
        var live = await RunAsync(Records);

        var replayed = await ReplayAsync("earliest");
        var inspected = await InspectAsync();
        Produce(Records, Records + 500);
        var more = await RunAsync(500);

        Assert.Equal((Hash(live), Hash(live)), (Hash(replayed), Hash(inspected)));
        Assert.Equal((Records, 0), (replayed.GetProperty("records").GetInt32(), replayed.GetProperty("dead_letters").GetInt32()));
        Assert.Equal(500, more.GetProperty("records").GetInt32());
        Assert.Equal(await HashOfAsync(_records), Hash(more));
    }

    [Fact]
    public async Task Given_a_pipeline_that_copies_its_records_when_it_is_replayed_then_it_learns_from_the_copies_in_their_order()
    {
        Produce(0, 600);
        string[] copies = ["--set", "pipelines.link-load.source.co-partitioned=off"];
        var live = await RunAsync(600, copies);

        var replayed = await ReplayAsync("earliest", copies);

        Assert.Equal(Hash(live), Hash(replayed));
        Assert.Equal(600, replayed.GetProperty("records").GetInt32());
    }

    [Fact]
    public async Task Given_an_offset_when_a_pipeline_is_replayed_from_there_then_it_has_learned_from_no_record_before_it()
    {
        const int From = 250;
        Produce(0, Records);

        var replayed = await ReplayAsync($"{From}");

        var offsets = new int[Partitions];
        var kept = _records[..Records].Where((_, number) => offsets[PartitionOf(number)]++ >= From).ToArray();
        Assert.Equal(kept.Length, replayed.GetProperty("records").GetInt32());
        Assert.Equal(await HashOfAsync(kept), Hash(replayed));
        var beyond = await StreamLearnProcess.RunAsync("replay", "--config", Config(), "--pipeline", "link-load", "--from", "5000");
        Assert.Equal(2, beyond.ExitCode);
        Assert.Contains("behind the last record of every partition", beyond.Error, StringComparison.Ordinal);
        Assert.Equal(Hash(replayed), Hash(await InspectAsync()));
    }

    [Fact]
    public async Task Given_a_time_when_a_pipeline_is_replayed_from_there_then_it_has_learned_from_no_older_record()
    {
        const int From = 1234;
        Produce(0, Records);

        var replayed = await ReplayAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(FirstTimestamp + From).ToString("yyyy-MM-ddTHH:mm:ss.fffZ",
                CultureInfo.InvariantCulture));

        Assert.Equal(Records - From, replayed.GetProperty("records").GetInt32());
        Assert.Equal(await HashOfAsync(_records[From..Records]), Hash(replayed));
    }

    [Fact]
    public async Task Given_records_that_are_deleted_when_they_are_to_be_replayed_then_the_error_names_both_offsets_unless_they_may_be_skipped()
    {
        Produce(0, Records);
        _kafka.DeleteRecordsBefore("link-load", 1, 100);

        var refused = await StreamLearnProcess.RunAsync("replay", "--config", Config(), "--pipeline", "link-load", "--from", "50");
        var skipped = await ReplayAsync("50", "--set", "pipelines.link-load.source.lost-records=skip");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("partition 1: records from offset 50 are needed, but the log starts at 100", refused.Error,
            StringComparison.Ordinal);
        Assert.Equal([50, 100, 50, 50], skipped.GetProperty("partitions").EnumerateArray().Select(partition =>
            partition.GetProperty("first").GetInt32()));
    }

    [Fact]
    public async Task Given_a_damaged_row_when_it_is_inspected_then_it_is_reported_and_run_heals_it()
    {
        Produce(0, Records);
        var live = await RunAsync(Records);
        Damage();

        var inspected = await InspectAsync();
        Produce(Records, Records + 500);
        var healed = await RunAsync(500);
        var after = await InspectAsync();

        Assert.Contains("is damaged", Assert.Single(inspected.GetProperty("damage").EnumerateArray()).GetString(),
            StringComparison.Ordinal);
        Assert.NotEqual(Hash(live), Hash(inspected));
        Assert.Equal(await HashOfAsync(_records), Hash(healed));
        Assert.Equal((Hash(healed), 0), (Hash(after), after.GetProperty("damage").GetArrayLength()));
    }

    [Fact]
    public async Task Given_a_key_when_its_network_is_exported_then_a_learner_of_its_kind_can_start_from_it()
    {
        Produce(0, 300);
        await RunAsync(300);
        var file = _folder.PathOf("weights.safetensors");

        await InspectAsync("--key", "link-2", "--export", file);
        var evaluated = await StreamLearnProcess.RunJsonAsync(
            "evaluate", "--data", _folder.Write("records.json", _records[..300]), "--config", Config(), "--pipeline", "link-load",
            "--set", $$"""pipelines.link-load.learner={ kind = multilayer-perceptron, warm-start = "{{file}}" }""",
            "--set", "pipelines.link-load.rivals=[]");
        var unknown = await StreamLearnProcess.RunAsync(
            "inspect", "--config", Config(), "--pipeline", "link-load", "--key", "link-9", "--export", file);

        await using (var stream = File.OpenRead(file))
        {
            var weights = SafetensorsFile.Read(stream);
            Assert.Contains("head.weight", weights.Tensors.Select(tensor => tensor.Name));
            Assert.Equal(("link-2", "multilayer-perceptron"), (weights.Metadata["key"], weights.Metadata["learner"]));
        }

        Assert.Equal(300, evaluated.GetProperty("predictions").GetInt32());
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("link-9", unknown.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _kafka.Dispose();
        _folder.Dispose();
    }

    private static int PartitionOf(int number) => number % SampleRecords.Keys % Partitions;

    private static string? Hash(JsonElement json) => json.GetProperty("state_hash").GetString();

    private string Config() => _folder.Write("link-load.conf", SampleRecords.Config(_kafka.BootstrapServers,
        _folder.PathOf("checkpoints.db")));

    private Task<JsonElement> RunAsync(int records, params string[] more) =>
        StreamLearnProcess.RunJsonAsync(["run", "--config", Config(), "--records", $"{records}", .. more]);

    private Task<JsonElement> InspectAsync(params string[] more) =>
        StreamLearnProcess.RunJsonAsync(["inspect", "--config", Config(), "--pipeline", "link-load", .. more]);

    private Task<JsonElement> ReplayAsync(string from, params string[] more) =>
        StreamLearnProcess.RunJsonAsync(["replay", "--config", Config(), "--pipeline", "link-load", "--from", from, .. more]);

    /// <summary>The state after these records in this order, learned without a broker.</summary>
    private async Task<string?> HashOfAsync(string[] records) => Hash(await StreamLearnProcess.RunJsonAsync(
        "evaluate", "--config", Config(), "--pipeline", "link-load", "--data", _folder.Write("expected.json", records)));

    /// <summary>Each key's records in one partition, a millisecond apart.</summary>
    private void Produce(int from, int to, Func<int, bool>? which = null)
    {
        using var producer = new ProducerBuilder<string?, string?>(new ProducerConfig { BootstrapServers = _kafka.BootstrapServers })
            .SetKeySerializer(NullableText.Instance).SetValueSerializer(NullableText.Instance).Build();
        foreach (var number in Enumerable.Range(from, to - from).Where(number => which?.Invoke(number) ?? true))
        {
            producer.Produce(new TopicPartition("link-load", PartitionOf(number)), new Message<string?, string?>
            {
                Key = $"link-{number % SampleRecords.Keys}",
                Value = _records[number],
                Timestamp = new Timestamp(FirstTimestamp + number, TimestampType.CreateTime),
            });
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(20)));
    }

    /// <summary>Flips the last bytes of the newest state of a key.</summary>
    private void Damage() => Assert.Equal(1, Execute(
        """
        UPDATE streamlearn_keys SET state = CAST(substr(state, 1, length(state) - 4) || x'deadbeef' AS BLOB)
        WHERE rowid = (SELECT rowid FROM streamlearn_keys WHERE state IS NOT NULL ORDER BY generation DESC, claim LIMIT 1)
        """));

    private int Execute(string sql)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = _folder.PathOf("checkpoints.db"), Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }
}
