using System.Globalization;
using System.Text.Json;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Cli.Chaos;

/// <summary>Contexts and rewards.</summary>
/// <inheritdoc cref="JoinRecords" path="/param"/>
internal sealed class BanditRecords(int seed) : JoinRecords(seed)
{
    private static readonly string[] Names = ["left", "middle", "right"];

    /// <summary>The names of the actions.</summary>
    internal static IReadOnlyList<string> Actions => Names;

    /// <inheritdoc/>
    internal override string Task => BanditTask.Name;

    /// <inheritdoc/>
    internal override string Examples => "contexts";

    /// <inheritdoc/>
    internal override string Repeated => "decisions";

    /// <inheritdoc/>
    internal override string Pipeline => $$"""
        sources {
          contexts { topic = {{JoinDrill.Examples}}, features = [a, b, c] }
          rewards { topic = {{JoinDrill.Outcomes}} }
        }
        task {
          kind = bandit, actions = [{{string.Join(", ", Names)}}], missing = 0
          reward-ttl = {{TimeToLive}}s, max-pending = {{MostPending}}
        }
        sinks { decisions = {{JoinDrill.Outputs}}, dead-letters = {{JoinDrill.DeadLetters}} }
        learner { kind = neu-square-cb, hidden = 8, replay = 2, replay-capacity = 50 }
        rivals = [uniform, linear-fast-cb]
        buckets = 2
        """;

    /// <inheritdoc/>
    internal override string Said(JsonElement output) => output.GetProperty("action").GetString()!;

    /// <summary>Each action is the best one where its feature is the largest, more or less.</summary>
    protected override string OutcomeField(int number, string output)
    {
        var reward = Math.Clamp(0.5 + (0.4 * Feature(number, Array.IndexOf(Names, output))) + (0.1 * Noise(number)), 0, 1);
        return string.Create(CultureInfo.InvariantCulture, $"\"reward\":{reward:0.####}");
    }
}
