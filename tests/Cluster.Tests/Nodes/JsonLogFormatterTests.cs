using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cluster.Tests.Nodes;

public sealed class JsonLogFormatterTests
{
    [Fact]
    public void Given_a_line_of_an_actor_when_it_is_written_then_its_parts_have_fields_and_its_text_no_head()
    {
        var line = Write(
            new Dictionary<string, object?>
            {
                ["Pipeline"] = "ä \"b\"\n", ["Partition"] = 3, ["LastApplied"] = 7L, ["Seconds"] = 0.5, ["Bad"] = double.NaN, ["Level"] = "x", ["None"] = null, ["0"] = "place",
                ["Akka.TraceId"] = "id", ["{OriginalFormat}"] = "template", ["LogSource"] = "akka://a/user/b",
            },
            "[WARNING][11/30/2026 12:31:21.302Z][Thread 0013][akka.tcp://streamlearn@[::1]:41785/user/b] Pipeline [x]: it stops", new InvalidOperationException("why"));

        using var json = JsonDocument.Parse(line);
        var fields = json.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value);
        Assert.Equal(
            ["time", "level", "source", "message", "exception", "pipeline", "partition", "last_applied", "seconds", "bad", "none"], fields.Keys);
        Assert.Equal("2000-01-01T00:00:00.0000000+00:00", fields["time"].GetString());
        Assert.Equal(("warning", "akka://a/user/b"), (fields["level"].GetString(), fields["source"].GetString()));
        Assert.Equal("Pipeline [x]: it stops", fields["message"].GetString());
        Assert.Contains("why", fields["exception"].GetString(), StringComparison.Ordinal);
        Assert.Equal(("ä \"b\"\n", 3, 7, 0.5, "NaN"), (
            fields["pipeline"].GetString(), fields["partition"].GetInt32(), fields["last_applied"].GetInt32(), fields["seconds"].GetDouble(), fields["bad"].GetString()));
        Assert.DoesNotContain('\n', line.TrimEnd('\n', '\r'));
    }

    [Fact]
    public void Given_a_state_that_is_text_when_it_is_written_then_the_line_has_the_text_and_the_category()
    {
        using var json = JsonDocument.Parse(Write("state", "[so] it is", null));

        Assert.Equal(("category", "[so] it is"), (json.RootElement.GetProperty("source").GetString(), json.RootElement.GetProperty("message").GetString()));
    }

    private static string Write<TState>(TState state, string text, Exception? exception)
    {
        var formatter = new JsonLogFormatter(new FakeTimeProvider());
        var writer = new StringWriter();
        formatter.Write(new LogEntry<TState>(LogLevel.Warning, "category", default, state, exception, (_, _) => text), null, writer);
        return writer.ToString();
    }
}
