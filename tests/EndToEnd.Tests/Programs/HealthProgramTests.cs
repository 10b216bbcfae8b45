using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Health over HTTP, and <c>status</c>, of nodes that are processes.</summary>
public sealed class HealthProgramTests() : HttpNodeTests("streamlearn.node { http { enabled = on, port = 0 } }")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Given_a_seed_that_is_not_there_when_a_node_is_started_then_it_lives_and_says_what_it_waits_for_until_it_is_told_to_stop()
    {
        var seed = $"127.0.0.1:{FreePort()}";
        await using var node = StreamLearnProcess.Start("run", "--config", Config, "--port", FreePort(), "--seed-node", seed);
        var address = await AddressAsync(node);

        await UntilCheckAsync(address, "cluster", $"expected one of streamlearn.node.seeds = [{seed}] to run");
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync($"{address}health/live")).StatusCode);
        var status = await StreamLearnProcess.RunJsonAsync("status", "--node", address);
        Assert.Equal((false, "removed", 0), (
            status.GetProperty("ready").GetBoolean(), status.GetProperty("status").GetString(), status.GetProperty("pipelines").GetArrayLength()));

        node.Terminate();
        Assert.Equal(0, (await node.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task Given_two_nodes_when_the_status_of_one_is_asked_for_then_it_has_both_and_where_the_shards_are_and_SIGTERM_ends_them_in_order()
    {
        var ports = (string[])[FreePort(), FreePort()];
        await using var first = Node(0, "--role", "ingest");
        await using var second = Node(1, "--role", "learner");
        var address = await AddressAsync(first);
        await UntilReadyAsync(address);
        await UntilReadyAsync(await AddressAsync(second));
        var data = Folder.Write("records.json", SampleRecords.Json(100));
        Assert.Equal(0, (await StreamLearnProcess.RunAsync(
            "produce", "--config", Config, "--topic", "link-load", "--data", data)).ExitCode);
        await UntilAsync($"{address}v1/cluster", "100 records", (_, cluster) => cluster.GetProperty("pipelines")[0].GetProperty("records").GetInt32() == 100);

        var shown = await StreamLearnProcess.RunAsync("status", "--node", address, "--json");

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("is ready", shown.Error, StringComparison.Ordinal);
        var cluster = shown.Json;
        var members = cluster.GetProperty("members").EnumerateArray().ToList();
        Assert.Equal(2, members.Count);
        Assert.All(members, member => Assert.Equal(("up", true), (member.GetProperty("status").GetString(), member.GetProperty("reachable").GetBoolean())));
        Assert.Equal(["1 ingest", "2 learner"], members.Select(member => $"{member.GetProperty("age")} {member.GetProperty("roles")[0].GetString()}"));
        var pipeline = Assert.Single(cluster.GetProperty("pipelines").EnumerateArray());
        Assert.Equal(("link-load", "learner", "recursive-least-squares", 2, 100), (
            pipeline.GetProperty("pipeline").GetString(), pipeline.GetProperty("role").GetString(), pipeline.GetProperty("learner").GetString(),
            pipeline.GetProperty("partitions").GetInt32(), pipeline.GetProperty("records").GetInt32()));
        var shards = Assert.Single(pipeline.GetProperty("shards").EnumerateArray());
        Assert.EndsWith($":{ports[1]}", shards.GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.InRange(shards.GetProperty("shards").GetInt32(), 1, SampleRecords.Keys);
        Assert.Equal(JsonValueKind.Null, pipeline.GetProperty("shards_problem").ValueKind);

        second.Terminate();
        Assert.Equal(0, (await second.EndAsync()).ExitCode);
        await UntilCheckAsync(address, "learners", "start a node with --role learner");
        first.Terminate();
        var ended = await first.EndAsync();
        Assert.True(ended.ExitCode == 0, $"{ended}");
        Assert.Contains("link-load: 100 records; not all learners have answered", ended.Error, StringComparison.Ordinal);

        StreamLearnProcess Node(int number, params string[] more) => StreamLearnProcess.Start(
            ["run", "--config", Config, "--port", ports[number], .. ports.SelectMany(port => (string[])["--seed-node", $"127.0.0.1:{port}"]), .. more]);
    }

    [Fact]
    public async Task Given_an_address_that_others_reach_when_a_node_runs_then_only_who_has_the_token_is_told_and_it_is_in_no_log()
    {
        const string Token = "dragon-fruit+7";
        string[] run = ["run", "--config", Config, "--set", "node.http.host=0.0.0.0", "--set", "node.http.token-env=HEALTH_TOKEN", "--set", "node.log-level=debug"];
        await using var node = StreamLearnProcess.StartWith("HEALTH_TOKEN", Token, run);
        var address = (await AddressAsync(node)).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal);
        await UntilReadyAsync(address);
        string[] status = ["status", "--node", address, "--set", "node.http.token-env=HEALTH_TOKEN"];

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync($"{address}v1/cluster")).StatusCode);
        var without = await StreamLearnProcess.RunAsync(status);
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("HEALTH_TOKEN, which is not set", without.Error, StringComparison.Ordinal);
        await using (var with = StreamLearnProcess.StartWith("HEALTH_TOKEN", Token, status))
        {
            Assert.Equal(0, (await with.EndAsync()).ExitCode);
        }

        node.Interrupt();
        var ended = await node.EndAsync();
        Assert.Equal(130, ended.ExitCode);
        Assert.DoesNotContain(Token, ended.Error + ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_no_token_and_a_port_that_is_taken_when_a_node_is_started_then_it_is_refused_with_exit_code_2()
    {
        var open = await StreamLearnProcess.RunAsync("run", "--config", Config, "--set", "node.http.host=0.0.0.0", "--set", "node.http.token-env=NO_SUCH_TOKEN");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = await StreamLearnProcess.RunAsync("run", "--config", Config, "--set", $"node.http.port={((IPEndPoint)listener.LocalEndpoint).Port}");

        Assert.Equal((2, 2), (open.ExitCode, taken.ExitCode));
        Assert.Contains("the environment variable NO_SUCH_TOKEN, which streamlearn.node.http.token-env names, is not set", open.Error, StringComparison.Ordinal);
        Assert.Contains("which cannot be bound", taken.Error, StringComparison.Ordinal);
        Assert.All([open.Error, taken.Error], error => Assert.Single(error.TrimEnd('\n').Split('\n')));
    }

    [Fact]
    public async Task Given_no_node_when_its_status_is_asked_for_then_the_address_and_what_to_do_are_said_with_exit_code_1()
    {
        var port = FreePort();

        var silent = await StreamLearnProcess.RunAsync("status", "--config", Config, "--set", $"node.http.port={port}", "--json");

        Assert.Equal(1, silent.ExitCode);
        Assert.Empty(silent.Out);
        Assert.Contains($"The node at http://127.0.0.1:{port}/ does not answer", silent.Error, StringComparison.Ordinal);
        Assert.Contains("--node URL", silent.Error, StringComparison.Ordinal);
    }

    private Task UntilReadyAsync(string address) => UntilAsync($"{address}health/ready", "a node that is ready", (status, _) => status == HttpStatusCode.OK);

    private Task UntilCheckAsync(string address, string check, string finding) => UntilAsync(
        $"{address}health/ready", $"'{finding}' of {check}", (status, report) => status == HttpStatusCode.ServiceUnavailable
            && report.GetProperty("checks").TryGetProperty(check, out var found) && found.GetString()!.Contains(finding, StringComparison.Ordinal));

    private async Task UntilAsync(string url, string what, Func<HttpStatusCode, JsonElement, bool> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var response = await Http.GetAsync(url);
            var said = await response.Content.ReadAsStringAsync();
            if (holds(response.StatusCode, JsonDocument.Parse(said).RootElement))
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Limit, $"After {Limit.TotalSeconds:0} s: expected {what}, not {said}.");
            await timer.WaitForNextTickAsync();
        }
    }

    private static string FreePort() => Actors.Tests.Checkpoints.Worlds.FreePort.Next().ToString(CultureInfo.InvariantCulture);
}
