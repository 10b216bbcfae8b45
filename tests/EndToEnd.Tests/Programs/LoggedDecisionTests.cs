using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary><c>evaluate --task bandit</c> on files of logged decisions.</summary>
public sealed class LoggedDecisionTests : IDisposable
{
    private const int Records = 400;

    private static readonly string[] TwoActions = ["--set", "pipelines.evaluation.task.actions=[a,b]"];
    private static readonly string[] Costs = ["--set", "pipelines.evaluation.task.min=-1", "--set", "pipelines.evaluation.task.max=0"];

    private readonly WorkFolder _folder = new();

    public static TheoryData<string, string, string[]> Logs => new()
    {
        { "log.json", "json", [.. TwoActions, "--set", "pipelines.evaluation.sources.contexts.features=[x]", "--set", "learner.replay=2"] },
        { "log-without-key.json", "json-without-key", [.. TwoActions, "--set", "pipelines.evaluation.sources.contexts.features=[x]", "--key", "", "--time", ""] },
        { "log.vw", "vw", [.. Costs, "--set", "pipelines.evaluation.sources.contexts.hash-bits=4"] },
        { "named-actions.vw", "vw-of-named-actions", [.. TwoActions, .. Costs] },
        { "cb.vw", "cb", [.. TwoActions, .. Costs] },
        { "cb.data", "cb", ["--format", "vw", .. TwoActions, .. Costs] },
        { "log.dsjson", "dsjson", Costs },
        { "ds.json", "dsjson", Costs },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Given_a_log_when_it_is_evaluated_then_every_record_is_learned_and_uniform_is_estimated_at_its_mean_cost(
        string name, string form, string[] options)
    {
        var file = _folder.Write(name, Log(form));

        var summary = await StreamLearnProcess.RunJsonAsync(["evaluate", "--task", "bandit", "--data", file, "--rival", "uniform", .. options]);

        Assert.Equal((Records, Records, 0), (Count("records"), Count("learned"), Count("dead_letters")));
        var uniform = summary.GetProperty("learners")[1];
        Assert.Equal("uniform", uniform.GetProperty("learner").GetString());

        // Both actions were as likely: what was logged is what uniform costs.
        Assert.Equal(summary.GetProperty("mean_cost").GetDouble(), uniform.GetProperty("off_policy").GetProperty("ips").GetProperty("value").GetDouble(), 1e-9);
        var own = summary.GetProperty("learners")[0].GetProperty("progressive_loss").GetDouble();
        Assert.True(own < uniform.GetProperty("progressive_loss").GetDouble() - 0.2, $"{own}");

        int Count(string key) => summary.GetProperty(key).GetInt32();
    }

    [Fact]
    public async Task Given_records_that_cannot_be_used_when_they_are_evaluated_then_the_reasons_are_counted()
    {
        var file = _folder.Write("log.vw", "shared | x:1\n0:-1:0 | a\n| b\n\nshared | x:1\n0:-3:0.5 | a\n| b\n");

        var result = await StreamLearnProcess.RunAsync("evaluate", "--task", "bandit", "--data", file);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("1 bad-propensity, 1 cost-out-of-range", result.Error, StringComparison.Ordinal);
        Assert.Contains("Not one record could be used", result.Error, StringComparison.Ordinal);
    }

    /// <summary>Action a costs nothing where x is below a half, b where it is not.</summary>
    private static string Log(string form)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Records; i++)
        {
            var x = i * 37 % 100 / 100.0;
            var action = i * 7919 / 100 % 2;
            var good = (action == 0) == (x < 0.5);
            var (cost, time) = (good ? -1 : 0, 1_700_000_000L + i);
            var line = form switch
            {
                "json" => Text($"{{\"key\":\"k\",\"id\":\"{i}\",\"time\":{time},\"x\":{x},\"action\":\"{"ab"[action]}\",\"probability\":0.5,\"reward\":{-cost}}}"),
                "json-without-key" => Text($"{{\"id\":\"{i}\",\"x\":{x},\"action\":\"{"ab"[action]}\",\"probability\":0.5,\"reward\":{-cost}}}"),
                "vw" => Text($"shared |c x:{x}\n{Label(0)}|a one\n{Label(1)}|a two\n"),
                "vw-of-named-actions" => Text($"shared |c x:{x}\n{Label(0)}|\n{Label(1)}|\n"),
                "cb" => Text($"{action + 1}:{cost}:0.5 |c x:{x}"),
                _ => Text(
                    $"{{\"_label_cost\":{cost},\"_label_probability\":0.5,\"_labelIndex\":{action},\"EventId\":\"{i}\",\"Timestamp\":\"{DateTimeOffset.FromUnixTimeSeconds(time):O}\",")
                    + Text($"\"c\":{{\"U\":{{\"x\":{x}}},\"_multi\":[{{\"A\":{{\"k\":\"one\"}}}},{{\"A\":{{\"k\":\"two\"}}}}]}}}}"),
            };
            text.Append(line).Append('\n');

            string Label(int of) => of == action ? Text($"{of}:{cost}:0.5 ") : "";
        }

        return text.ToString();

        static string Text(FormattableString formatted) => formatted.ToString(CultureInfo.InvariantCulture);
    }
}
