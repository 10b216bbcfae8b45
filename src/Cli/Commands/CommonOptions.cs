using System.CommandLine;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string[]> _config = new("--config")
    {
        Description = "HOCON file over config/hocon/reference.conf; may be repeated: a later one counts more (default: none)",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "a single setting over the file, path=value; streamlearn. may be left out; may be repeated",
        HelpName = "path=value",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "seed of all randomness (default: 1)", HelpName = "N" };

    private readonly Option<bool> _json = new("--json") { Description = "make the last line of standard output one JSON object" };

    private CommonOptions()
    {
    }

    internal static CommonOptions AddTo(Command command)
    {
        var options = new CommonOptions();
        command.Options.Add(options._config);
        command.Options.Add(options._set);
        command.Options.Add(options._seed);
        command.Options.Add(options._json);
        return options;
    }

    internal bool Json(ParseResult parsed) => parsed.GetValue(_json);

    internal bool HasConfig(ParseResult parsed) => Files(parsed).Count > 0;

    /// <summary>The files of the configuration; those that count more come last.</summary>
    internal IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetValue(_config) ?? [];

    /// <summary>The option that names a configuration.</summary>
    internal Option ConfigOption => _config;

    /// <summary>The seed, where no configuration has a say.</summary>
    internal ulong Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 1;

    /// <summary>The single settings as they stand, where no configuration has a say.</summary>
    internal IReadOnlyList<string> Settings(ParseResult parsed) => parsed.GetValue(_set) ?? [];

    /// <summary>The configuration that the options name.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="pipelines">HOCON below it.</param>
    /// <param name="settings">Settings over it.</param>
    internal StreamLearnConfig Load(ParseResult parsed, string pipelines = "", params IEnumerable<string> settings) =>
        Load(parsed, setting => setting, pipelines, settings);

    /// <summary>The same with settings of the command line that are written otherwise than the configuration has them.</summary>
    internal StreamLearnConfig Load(ParseResult parsed, Func<string, string> setting, string pipelines, IEnumerable<string> settings)
    {
        var seed = parsed.GetValue(_seed) is { } value ? [$"seed={value}"] : Array.Empty<string>();
        return StreamLearnConfig.LoadFiles(Files(parsed), [.. Settings(parsed).Select(setting), .. seed, .. settings], pipelines);
    }

    /// <summary>An option for the scores of each key in the JSON.</summary>
    internal static Option<bool> ByKey() => new("--by-key") { Description = "with --json: add the scores of each key, as by_key" };

    /// <summary>An option whose value is a duration; null where it is not given.</summary>
    internal static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "duration",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Parse(text) is { } duration)
            {
                return duration;
            }

            result.AddError($"{name} is '{text}'; expected a duration, e.g. 500ms, 10s, 5m.");
            return null;
        },
    };

    private static TimeSpan? Parse(string text) => Durations.TryParse(text, out var duration) ? duration : null;
}
