using System.Net;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary><c>control</c>, of a node that is a process.</summary>
public sealed class ControlProgramTests() : HttpNodeTests("streamlearn.node { http { enabled = on, port = 0 }, port = 0 }")
{
    private const string Copied = "pipelines.link-load.source.co-partitioned=off";

    [Fact]
    public async Task Given_a_node_that_is_paused_when_it_is_killed_and_started_again_then_it_stays_paused_and_resumed_it_learns_what_waits_and_a_replay_ends_alike()
    {
        var data = Folder.Write("records.json", SampleRecords.Json(100));
        string address;
        await using (var node = StreamLearnProcess.Start("run", "--config", Config, "--set", Copied))
        {
            address = await AddressAsync(node);
            await UntilRunningAsync(address);
            var paused = await StreamLearnProcess.RunAsync("control", "pause", "--pipeline", "link-load", "--node", address, "--json");
            Assert.True(paused.ExitCode == 0, $"{paused}");
            Assert.Equal((true, "link-load", 0), (
                paused.Json.GetProperty("paused").GetBoolean(), paused.Json.GetProperty("pipeline").GetString(), paused.Json.GetProperty("waiting").GetArrayLength()));
            Assert.Contains("link-load is paused", paused.Error, StringComparison.Ordinal);
            using var listed = JsonDocument.Parse(await Http.GetStringAsync($"{address}v1/pipelines"));
            Assert.Equal("paused", listed.RootElement.GetProperty("pipelines")[0].GetProperty("state").GetString());
            Assert.Contains("link-load (paused)", (await StreamLearnProcess.RunAsync("status", "--node", address)).Error, StringComparison.Ordinal);

            // It is killed.
        }

        Assert.Equal(0, (await StreamLearnProcess.RunAsync("produce", "--config", Config, "--topic", "link-load", "--data", data)).ExitCode);
        await using var again = StreamLearnProcess.Start("run", "--config", Config, "--set", Copied, "--json");
        address = await AddressAsync(again);
        await UntilRunningAsync(address);
        var checkpoint = await StreamLearnProcess.RunJsonAsync("control", "checkpoint", "--pipeline", "link-load", "--node", address);
        Assert.True(checkpoint.GetProperty("paused").GetBoolean() && checkpoint.GetProperty("partitions").GetArrayLength() > 0, checkpoint.GetRawText());
        Assert.All(checkpoint.GetProperty("partitions").EnumerateArray(), partition => Assert.Equal(0, partition.GetProperty("next").GetInt64()));

        var frozen = await StreamLearnProcess.RunJsonAsync("control", "freeze", "--pipeline", "link-load", "--key", "link-1", "--node", address);
        Assert.Equal(("link-1", true, 1), (
            frozen.GetProperty("key").GetString(), frozen.GetProperty("frozen").GetBoolean(), frozen.GetProperty("partitions").GetArrayLength()));
        Assert.Equal(0, (await StreamLearnProcess.RunAsync("control", "resume", "--pipeline", "link-load", "--node", address)).ExitCode);
        await UntilRecordsAsync(address, 100);
        await Nodes.NodeWorld.UntilAsync(async () => await IsFrozenAsync(address, "link-1"), () => "a key that says that it is frozen");
        Assert.False(await IsFrozenAsync(address, "link-2"));
        again.Terminate();
        var ended = await again.EndAsync();
        Assert.Equal(0, ended.ExitCode);
        var stored = await StreamLearnProcess.RunJsonAsync("inspect", "--config", Config, "--set", Copied, "--pipeline", "link-load", "--keys");
        Assert.Equal(["link-1"], stored.GetProperty("by_key").EnumerateArray().Where(key => key.GetProperty("frozen").GetBoolean()).Select(key => key.GetProperty("key").GetString()));
        Assert.Contains(
            "link-1 (frozen)", (await StreamLearnProcess.RunAsync("inspect", "--config", Config, "--set", Copied, "--pipeline", "link-load", "--keys")).Error, StringComparison.Ordinal);

        var replayed = await StreamLearnProcess.RunJsonAsync("replay", "--config", Config, "--set", Copied, "--pipeline", "link-load", "--from", "earliest");
        Assert.Equal(ended.Json.GetProperty("state_hash").GetString(), replayed.GetProperty("state_hash").GetString());
    }

    [Fact]
    public async Task Given_what_a_node_cannot_do_when_it_is_told_then_it_says_why_with_exit_code_1_and_a_page_of_another_site_is_refused()
    {
        await using var node = StreamLearnProcess.Start("run", "--config", Config);
        var address = await AddressAsync(node);
        await UntilRunningAsync(address);

        var unknown = await StreamLearnProcess.RunAsync("control", "pause", "--pipeline", "other", "--node", address, "--json");
        var direct = await StreamLearnProcess.RunAsync("control", "freeze", "--pipeline", "link-load", "--node", address, "--json");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}v1/pipelines/link-load/pause");
        request.Headers.Add("Origin", "http://evil.example");

        Assert.Equal((1, 1), (unknown.ExitCode, direct.ExitCode));
        Assert.Equal("", unknown.Out + direct.Out);
        Assert.Contains("answers with 404: This node does not run that pipeline; expected one of link-load.", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("answers with 409: The learners of pipeline link-load cannot be told in their log", direct.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Http.SendAsync(request)).StatusCode);
        using var report = JsonDocument.Parse(await Http.GetStringAsync($"{address}v1/cluster"));
        Assert.False(report.RootElement.GetProperty("pipelines")[0].GetProperty("paused").GetBoolean());
    }

    private async Task<bool> IsFrozenAsync(string address, string name)
    {
        using var key = JsonDocument.Parse(await Http.GetStringAsync($"{address}v1/pipelines/link-load/keys/{name}"));
        return key.RootElement.GetProperty("frozen").GetBoolean();
    }

    private Task UntilRunningAsync(string address) => Nodes.NodeWorld.UntilAsync(
        async () => (await Http.GetAsync($"{address}health/ready")).StatusCode == HttpStatusCode.OK, () => "a node that is ready");

    private Task UntilRecordsAsync(string address, int records) => Nodes.NodeWorld.UntilAsync(
        async () =>
        {
            using var report = JsonDocument.Parse(await Http.GetStringAsync($"{address}v1/cluster"));
            return report.RootElement.GetProperty("pipelines")[0].GetProperty("records").GetInt64() >= records;
        },
        () => $"{records} records");
}
