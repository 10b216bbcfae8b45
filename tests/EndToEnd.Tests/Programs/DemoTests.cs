namespace StreamLearn.EndToEnd.Tests.Programs;

public sealed class DemoTests
{
    [Fact]
    public async Task Given_the_demo_when_it_has_ended_then_the_last_line_is_its_summary_and_every_record_is_predicted()
    {
        var result = await StreamLearnProcess.RunAsync("demo", "--duration", "2s", "--json");

        Assert.True(result.ExitCode == 0, $"{result}");
        var json = result.Json;
        foreach (var key in (string[])
                 [
                     "pipeline", "task", "records", "predictions", "dead_letters", "records_per_second", "seconds", "state_hash", "learners", "mae",
                     "rmse", "smape", "skill", "skill_by_horizon",
                 ])
        {
            Assert.True(json.TryGetProperty(key, out _), key);
        }

        Assert.Equal(json.GetProperty("records").GetInt64(), json.GetProperty("predictions").GetInt64());
        Assert.Equal(0, json.GetProperty("records").GetInt64() % 2016);
        Assert.True(json.GetProperty("records").GetInt64() > 0);
        Assert.True(double.IsFinite(json.GetProperty("skill").GetDouble()));
        Assert.Equal(3, json.GetProperty("skill_by_horizon").EnumerateArray().Count(skill => double.IsFinite(skill.GetDouble())));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Out.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Given_the_bandit_demo_when_it_has_ended_then_every_flow_was_decided_once_and_learned_and_costs_less_than_on_the_best_fixed_paths()
    {
        var json = await StreamLearnProcess.RunJsonAsync("demo", "--scenario", "bandit", "--duration", "0s");

        foreach (var key in (string[])
                 [
                     "pipeline", "task", "records", "predictions", "dead_letters", "records_per_second", "seconds", "state_hash", "learners",
                     "progressive_loss", "off_policy", "mean_cost", "best_fixed_cost", "best_dynamic_cost", "uniform_cost", "regret_vs_best_fixed",
                     "regret_vs_best_dynamic", "pairs", "phases",
                 ])
        {
            Assert.True(json.TryGetProperty(key, out _), key);
        }

        Assert.Equal(
            (20_000, 20_000, 20_000, 0),
            (json.GetProperty("predictions").GetInt32(), json.GetProperty("decisions").GetInt32(), json.GetProperty("learned").GetInt32(),
                json.GetProperty("dead_letters").GetInt32()));
        Assert.Equal(20_000, json.GetProperty("pairs").EnumerateArray().Sum(pair => pair.GetProperty("decisions").GetInt32()));
        Assert.Equal([6000, 2000, 6000, 2000, 4000], json.GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("decisions").GetInt32()));
        var cost = json.GetProperty("mean_cost").GetDouble();
        Assert.InRange(cost, json.GetProperty("best_dynamic_cost").GetDouble(), 0.95 * json.GetProperty("best_fixed_cost").GetDouble());

        // What flows were told that they cost is what they cost on average, but for chance.
        Assert.Equal(cost, json.GetProperty("progressive_loss").GetDouble(), 0.01);
    }

    [Fact]
    public async Task Given_the_bandit_demo_when_ctrl_c_is_pressed_then_it_ends_in_order_with_its_summary_and_exit_code_130()
    {
        await using var demo = StreamLearnProcess.Start("demo", "--scenario", "bandit", "--duration", "10m", "--json");
        await demo.LineWithAsync("embedded Kafka at");

        demo.Interrupt();

        var result = await demo.EndAsync();
        Assert.True(result.ExitCode == 130, $"{result}");
        Assert.Equal("paths", result.Json.GetProperty("pipeline").GetString());
        Assert.True(result.Json.TryGetProperty("pairs", out _));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_port_that_is_taken_when_the_demo_is_to_stay_open_then_it_takes_another_and_stays_after_its_summary_until_ctrl_c()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var demo = StreamLearnProcess.Start(
            "demo", "--duration", "0s", "--web", "--json", "--set", $"node.http.port={port}", "--set", "pipelines.link-load.learner.kind=last-value");

        var address = new Uri((await demo.LineWithAsync("until Ctrl-C")).Split("dashboard at ")[1].Split(' ')[0]);

        Assert.NotEqual(port, address.Port);
        Assert.Contains("\"pipeline\":\"link-load\"", await demo.LineWithAsync("\"state_hash\""), StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Contains("<title>StreamLearn</title>", await http.GetStringAsync(address), StringComparison.Ordinal);
        Assert.Contains("\"ready\":true", await http.GetStringAsync(new Uri(address, "/health/ready")), StringComparison.Ordinal);
        demo.Interrupt();
        var result = await demo.EndAsync();
        Assert.True(result.ExitCode == 130, $"{result}");
        Assert.Equal("link-load", result.Json.GetProperty("pipeline").GetString());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Regression: Akka and the host took Ctrl-C too, and the learners were gone before they could be asked.</summary>
    [Fact]
    public async Task Given_a_running_demo_when_ctrl_c_is_pressed_then_it_ends_in_order_with_its_summary_and_exit_code_130()
    {
        await using var demo = StreamLearnProcess.Start("demo", "--duration", "10m", "--json");
        await demo.LineWithAsync("embedded Kafka at");

        demo.Interrupt();

        var result = await demo.EndAsync();
        Assert.True(result.ExitCode == 130, $"{result}");
        Assert.Equal("link-load", result.Json.GetProperty("pipeline").GetString());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
