using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamLearn.Cli.Sources;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Demos;

/// <summary>
/// Flows that choose a path as the records of topics: contexts <c>{"pair": "Paris-Warsaw", "id": 17, "time": 1078099200000, "rate": 0.2, ...}</c>, and
/// what the flows have cost, <c>{"pair": "Paris-Warsaw", "id": 17, "time": 1078099200023, "cost": 0.23}</c>. Times are in milliseconds.
/// </summary>
internal static class PathFlowRecords
{
    private const string ActionPrefix = "path-";

    /// <summary>The fields of such records and the task that goes with them: HOCON of a pipeline, and of how it is to read.</summary>
    internal static string Pipeline(string name) => $$"""
        streamlearn.pipelines.{{name}} {
          sources {
            contexts {
              key = pair, time-unit = ms
              features = [
                hour-sine, hour-cosine, rate, interactive, utilisation-1, utilisation-2, utilisation-3, utilisation-4, utilisation-5
              ]
            }
            rewards { key = pair, time-unit = ms }
          }
          # Event time runs fast, a minute a flow: feedback that is back after a second is some hours late.
          task { kind = bandit, actions = [path-1, path-2, path-3, path-4, path-5], feedback = cost, reward-ttl = 7d }
          # By default each flow is learned from with 6 of the past. Fewer of them hold the learner less to what was true before a cable failed; without
          # any it learns too slowly (docs/simulation.md has the numbers).
          learner { kind = neu-fast-cb, replay = 1 }
          rivals = [linear-square-cb, epsilon-greedy, uniform]
        }
        # The embedded Kafka answers a request that finds nothing only after this time, also when something comes meanwhile.
        streamlearn.kafka.consumer { "fetch.wait.max.ms" = 10 }
        """;

    /// <summary>The name of a path by its place.</summary>
    internal static string ActionOf(int path) => string.Create(CultureInfo.InvariantCulture, $"{ActionPrefix}{path + 1}");

    /// <summary>The place of the path of that name, from 0 on; -1: it is no name of a path.</summary>
    internal static int PathOf(string action) =>
        action.StartsWith(ActionPrefix, StringComparison.Ordinal)
        && int.TryParse(action.AsSpan(ActionPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number - 1
            : -1;

    /// <summary>A context.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="features">The names of what its context holds.</param>
    internal static InputRecord Context(PathFlow flow, IReadOnlyList<string> features) => Record(flow.Menu.Key, flow.Step, flow.Time, writer =>
    {
        for (var feature = 0; feature < features.Count; feature++)
        {
            writer.WriteNumber(features[feature], flow.Context[feature]);
        }
    });

    /// <summary>What a flow has cost.</summary>
    internal static InputRecord Reward(FlowOutcome outcome) =>
        Record(outcome.Pair, outcome.Id, outcome.Time, writer => writer.WriteNumber("cost"u8, outcome.Cost));

    private static InputRecord Record(string pair, long id, long time, Action<Utf8JsonWriter> writeRest)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RelaxedJson.Encoder });
        writer.WriteStartObject();
        writer.WriteString("pair"u8, pair);
        writer.WriteNumber("id"u8, id);
        writer.WriteNumber("time"u8, time);
        writeRest(writer);
        writer.WriteEndObject();
        writer.Flush();
        return new InputRecord(Encoding.UTF8.GetBytes(pair), buffer.WrittenSpan.ToArray());
    }
}
