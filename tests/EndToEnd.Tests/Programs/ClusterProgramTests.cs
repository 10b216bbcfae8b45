using System.Globalization;
using StreamLearn.Actors.Tests.Checkpoints.Worlds;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>Nodes of a cluster as processes.</summary>
[Collection(WholeClusters.Name)]
public sealed class ClusterProgramTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Given_three_nodes_when_two_are_killed_then_the_third_one_has_lost_the_quorum_and_ends_with_what_to_do()
    {
        await using var broker = StreamLearnProcess.Start(
            "broker", "--topic", "link-load:3", "--topic", "link-load.predictions:3", "--topic", "link-load.dead-letter:1");
        var config = Config((await broker.LineWithAsync("127.0.0.1:")).Trim());
        await using var last = await StartAsync(config, 0);
        await using (var learner = await StartAsync(config, 1, "--role", "learner"))
        await using (await StartAsync(config, 2, "--role", "ingest"))
        {
            // It reads nothing, and goes on.
            Assert.False(learner.HasEnded);
        }

        var ended = await last.EndAsync();

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("This node has left the cluster without having been told to", ended.Error, StringComparison.Ordinal);
        Assert.Contains("Started again, it joins anew", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_seed_nodes_that_are_not_there_when_a_node_is_started_then_it_gives_up_and_names_them()
    {
        await using var broker = StreamLearnProcess.Start("broker", "--topic", "link-load:3");
        var config = Config((await broker.LineWithAsync("127.0.0.1:")).Trim());

        var ended = await StreamLearnProcess.RunAsync(
            "run", "--config", config, "--port", Port(1), "--seed-node", $"127.0.0.1:{Port(0)}", "--set", "node.join-timeout=3s");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"streamlearn.node.seeds = [127.0.0.1:{Port(0)}]. Expected one of them to run", ended.Error, StringComparison.Ordinal);
    }

    private async Task<StreamLearnProcess> StartAsync(string config, int number, params string[] more)
    {
        var node = StreamLearnProcess.Start(
            ["run", "--config", config, "--port", Port(number), .. _ports.SelectMany(port => (string[])["--seed-node", $"127.0.0.1:{port}"]), .. more]);
        await node.LineWithAsync("running link-load");
        return node;
    }

    private string Config(string bootstrap) => _folder.Write(
        "cluster.conf",
        SampleRecords.Config(bootstrap, _folder.PathOf("checkpoints.db"))
            .Append("streamlearn.node { split-brain { stable-after = 2s, acceptable-pause = 2s } }"));

    private string Port(int number) => _ports[number].ToString(CultureInfo.InvariantCulture);
}
