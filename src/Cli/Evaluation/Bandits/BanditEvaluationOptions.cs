using System.CommandLine;
using StreamLearn.Cli.Commands;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Options;

namespace StreamLearn.Cli.Evaluation.Bandits;

/// <summary>The options of <c>evaluate --task bandit</c> that other tasks do not have, and what it makes of those that they share.</summary>
internal sealed class BanditEvaluationOptions
{
    private const string DefaultLearner = "neu-fast-cb";
    private const string LearnerSetting = "learner.";

    private readonly Option<int?> _rounds = Count("--rounds", 10_000, 100_000_000, "with --task bandit: rounds of each seed, where the file has as many rows");
    private readonly Option<int?> _seeds = Count("--seeds", 5, 10_000, "with --task bandit: how many seeds, from --seed on");

    private BanditEvaluationOptions()
    {
    }

    internal static BanditEvaluationOptions AddTo(Command command)
    {
        var options = new BanditEvaluationOptions();
        command.Options.Add(options._rounds);
        command.Options.Add(options._seeds);
        return options;
    }

    /// <summary>Rounds of each seed.</summary>
    internal int Rounds(ParseResult parsed) => parsed.GetValue(_rounds) ?? 10_000;

    /// <summary>How many seeds.</summary>
    internal int Seeds(ParseResult parsed) => parsed.GetValue(_seeds) ?? 5;

    /// <summary>Refuses these options where the task is another one.</summary>
    internal void RefuseFor(ParseResult parsed, string task) => Refuse(parsed, task, "bandit", _rounds, _seeds);

    /// <summary>Refuses options of another task.</summary>
    internal static void Refuse(ParseResult parsed, string task, string expected, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} stands with --task {task}; expected --task {expected} with it.");
            }
        }
    }

    /// <summary>The learner, then its rivals; settings are the learner's.</summary>
    internal static IReadOnlyList<LearnerChoice> Learners(string? learner, IReadOnlyList<string> rivals, IReadOnlyList<string> settings)
    {
        var own = LearnerChoice.Named(BanditTask.Name, learner ?? DefaultLearner, "--learner");
        return
        [
            own with { Options = Settings(own.Registration, settings) },
            .. rivals.SelectMany(names => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Select(name => LearnerChoice.Named(BanditTask.Name, name, "--rival")),
        ];
    }

    private static OptionSet Settings(LearnerRegistration registration, IReadOnlyList<string> settings)
    {
        var values = new Dictionary<string, string>();
        foreach (var setting in settings)
        {
            var (path, value) = setting.Split('=', 2) is [var left, var right] ? (left.Trim(), right.Trim()) : (setting, "");
            foreach (var above in (string[])["streamlearn.", $"pipelines.{EvaluateCommand.Unnamed}."])
            {
                path = path.StartsWith(above, StringComparison.Ordinal) ? path[above.Length..] : path;
            }

            var name = path.StartsWith(LearnerSetting, StringComparison.Ordinal) ? path[LearnerSetting.Length..] : "";
            if (value.Length == 0 || !registration.Options.ContainsKey(name))
            {
                throw new UsageException(
                    $"--set is '{setting}'; expected {LearnerSetting}NAME=VALUE, where {registration.Kind} has the settings "
                    + $"{(registration.Options.Count == 0 ? "(none)" : string.Join(", ", registration.Options.Keys))}.");
            }

            values[name] = value;
        }

        return new OptionSet("learner", values);
    }

    private static Option<int?> Count(string name, int fallback, int most, string description)
    {
        var option = new Option<int?>(name) { Description = $"{description} (default: {fallback})", HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var count) && count >= 1 && count <= most))
            {
                result.AddError($"{name} is '{token.Value}'; expected a whole number from 1 to {most}.");
            }
        });
        return option;
    }
}
