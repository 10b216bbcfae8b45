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
