using System.CommandLine;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Evaluation;
using StreamLearn.Cli.Evaluation.Bandits;
using StreamLearn.Cli.Evaluation.Supervised;
using StreamLearn.Cli.Evaluation.Texts;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cli.Sources.Texts;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Learners;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;
using StreamLearn.Simulation.Bandits.Tabular;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Files;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Commands;

/// <summary><c>evaluate</c>: a pipeline on a file, no broker.</summary>
internal static class EvaluateCommand
{
    internal const string Unnamed = "evaluation";

    private static readonly string[] Tasks = [ForecastTask.Name, BanditTask.Name, SupervisedTask.Classify, SupervisedTask.Regress, LanguageTask.Name];

    internal static Command Create()
    {
        var pipeline = new Option<string?>("--pipeline") { Description = "pipeline of the configuration (default: its only one)", HelpName = "NAME" };
        var task = new Option<string?>("--task") { Description = $"without a configuration: the task; {string.Join(", ", Tasks)} (default: {Tasks[0]})", HelpName = "TASK" };
        var learner = new Option<string?>("--learner")
        {
            Description = $"the learner: {LearnerCatalog.KindsOf("forecast")} (default: as configured); with --task bandit: {LearnerCatalog.KindsOf(BanditTask.Name)} "
                + $"(default: neu-fast-cb); with --task {SupervisedTask.Classify}: {LearnerCatalog.KindsOf(SupervisedTask.Classify)}; with --task {SupervisedTask.Regress}: "
                + $"{LearnerCatalog.KindsOf(SupervisedTask.Regress)}; its settings by --set learner.NAME=VALUE, but with --task forecast",
            HelpName = "NAME",
        };
        var rivals = new Option<string[]>("--rival", "--rivals")
        {
            Description = "a learner to be scored beside it; may be repeated", HelpName = "NAME", DefaultValueFactory = _ => [],
        };
        var key = Field("--key", "field of the key; \"\": one series (default: as configured, else the usual names)");
        var timeField = Field("--time", "field of the event time; \"\": the order of the records (default: likewise)");
        var value = Field("--value", "field of the value (default: likewise)");
        var label = Field("--label", "with --task classify or regress: field of the label, or of the number to be predicted (default: as configured, else label or another usual name)");
        var horizons = new Option<string?>("--horizons") { Description = "steps ahead, comma separated (default: as configured, else 1,3,12)", HelpName = "N,N" };
        var step = new Option<string?>("--step")
        {
            Description = "event time of a step; 0s: each record is a step (default: as configured, else 0s)", HelpName = "duration",
        };
        var scoreFrom = Count("--score-from", "records of each key that are learned from but not scored, from its first on (default: 0)");
        var scaleUntil = Count("--scale-until", "records of each key after which its scale, the largest absolute value, is frozen (default: never)");
        var predictions = new Option<string?>("--predictions") { Description = "file to write the predictions to, a JSON object a line", HelpName = "FILE" };
        var form = new Option<string?>("--format")
        {
            Description = "with --task bandit: what the file is: table (of labels), or logged decisions as json, vw or dsjson (default: by its name and its front)",
            HelpName = "NAME",
        };
        form.AcceptOnlyFromAmong([.. LoggedDecisions.Formats]);
        var byKey = CommonOptions.ByKey();
        var command = new Command(
            "evaluate",
            "The engine of a pipeline on a file, no broker: predict, score, learn, record by record. With --task bandit: a table of numbers and labels as a bandit; rows of "
            + "length 1 in an order of each seed's own, labels as actions, cost 0 or 1, one pass. Its rounds_per_second is the learner's loop alone: decide, draw, learn, after a "
            + "warm-up, without reading the file; the median over seeds. Logged decisions (JSON, Vowpal Wabbit's text, dsjson) are learned from, and what each learner would have cost is "
            + "estimated; settings of the pipeline by --set pipelines.evaluation.PATH=VALUE, or --config. With --task classify or regress: CSV with a header or JSON objects, a line each; all fields but key, time, id and the label "
            + "are features; each record is predicted, scored, and learned. With --task language: files of text, cut into documents that are mixed by the seed, the domain of each being its file's (DOMAIN=FILE says another); or "
            + "JSON objects, a line each.")
        {
            pipeline, task, learner, rivals, key, timeField, value, label, horizons, step, scoreFrom, scaleUntil, form, predictions, byKey,
        };
        var bandit = BanditEvaluationOptions.AddTo(command);
        var texts = TextOptions.AddTo(command);
        var data = DataOptions.AddTo(command);
        var common = CommonOptions.AddTo(command);
        command.Handle((parsed, interruption) =>
        {
            if (data.Names(parsed).Count > 0 && parsed.GetValue(task) == LanguageTask.Name)
            {
                RunTexts(parsed, interruption);
                return Task.FromResult(ExitCode.Done);
            }

            texts.RefuseFor(parsed, $"--task {parsed.GetValue(task) ?? ForecastTask.Name}", $"--task {LanguageTask.Name}");
            var files = data.Files(parsed);
            if (files.Count == 0)
            {
                throw new UsageException("--data is missing; expected a file.");
            }

            string? logged = null;
            string? supervised = null;
            switch (parsed.GetValue(task))
            {
                case SupervisedTask.Classify or SupervisedTask.Regress:
                    supervised = parsed.GetValue(task)!;
                    bandit.RefuseFor(parsed, supervised, BanditTask.Name);
                    BanditEvaluationOptions.Refuse(parsed, supervised, ForecastTask.Name, [value, horizons, step, .. data.OfNetworks]);
                    BanditEvaluationOptions.Refuse(parsed, supervised, BanditTask.Name, form);
                    if (supervised == SupervisedTask.Classify)
                    {
                        BanditEvaluationOptions.Refuse(parsed, supervised, SupervisedTask.Regress, scaleUntil);
                    }

                    break;
                case BanditTask.Name:
                    logged = LoggedDecisions.FormatOf(files[0], parsed.GetValue(form));
                    if (logged == LoggedDecisions.Table)
                    {
                        RunBandit(parsed, interruption);
                        return Task.FromResult(ExitCode.Done);
                    }

                    bandit.RefuseFor(parsed, "bandit and logged decisions", "bandit and a table");
                    BanditEvaluationOptions.Refuse(
                        parsed, "bandit and logged decisions", ForecastTask.Name, [value, horizons, step, scoreFrom, scaleUntil, .. data.OfNetworks]);
                    BanditEvaluationOptions.Refuse(parsed, "bandit and logged decisions", SupervisedTask.Classify, label);
                    break;
                case null or ForecastTask.Name:
                    bandit.RefuseFor(parsed, ForecastTask.Name, BanditTask.Name);
                    break;
                case var other:
                    throw new UsageException($"--task is '{other}'; expected one of {string.Join(", ", Tasks)}.");
            }

            var routed = data.HasTopology(parsed);
            var config = Load(parsed, common, routed, logged, supervised);
            var definition = WithFields(Pick(config, parsed.GetValue(pipeline)), parsed, files[0], routed, common.HasConfig(parsed));
            var batches = routed ? LinkLoadRecords.Batches(data.Loads(parsed), definition.Topic) : LoggedDecisions.Batches(files, definition.Schema);
            RunFile(definition, config.Seed, batches, parsed, interruption);
            return Task.FromResult(ExitCode.Done);
        });
        return command;

        static Option<string?> Field(string name, string description) => new(name) { Description = description, HelpName = "FIELD" };

        static Option<long?> Count(string name, string description) => new(name) { Description = description, HelpName = "N" };

        void RunFile(PipelineDefinition definition, ulong seed, IEnumerable<RecordBatch> batches, ParseResult parsed, Interruption interruption)
        {
            using var evaluation = new FileEvaluation(definition, seed, TimeProvider.System);
            foreach (var (kind, choice) in definition.Plan.Devices())
            {
                People.Say($"{kind} runs on {choice}");
            }

            var summary = Run(evaluation, batches, parsed.GetValue(predictions), interruption);
            foreach (var letter in evaluation.FirstDeadLetters)
            {
                People.Say($"dead letter: {letter}");
            }

            if (evaluation.DeadLetterReasons.Count > 0)
            {
                People.Say("dead letters by reason: " + string.Join(", ", evaluation.DeadLetterReasons.Select(reason => $"{reason.Value} {reason.Key}")));
            }

            if (summary.Counts.Records > 0 && summary.Counts.Records == summary.Counts.DeadLetters)
            {
                People.Say("Not one record could be used: see the reasons, and docs/operations.md, docs/bandit-records.md or docs/supervised-records.md for what is expected.");
            }

            People.Show(summary);
            if (common.Json(parsed))
            {
                Console.Out.WriteLine(PipelineSummary.Line(summary.ToJson(parsed.GetValue(byKey))));
            }
        }

        void RunTexts(ParseResult parsed, Interruption interruption)
        {
            bandit.RefuseFor(parsed, LanguageTask.Name, BanditTask.Name);
            BanditEvaluationOptions.Refuse(parsed, LanguageTask.Name, ForecastTask.Name, [key, timeField, value, horizons, step, scoreFrom, scaleUntil, .. data.OfNetworks]);
            BanditEvaluationOptions.Refuse(parsed, LanguageTask.Name, SupervisedTask.Classify, label);
            BanditEvaluationOptions.Refuse(parsed, LanguageTask.Name, BanditTask.Name, form);
            var files = new TextEvaluation(TextFile.Of(data.Names(parsed)));
            var config = Load(parsed, common, routed: false, logged: null, supervised: null, files.Pipeline(Unnamed));
            var definition = files.Complete(Pick(config, parsed.GetValue(pipeline)));
            var batches = files.Batches(mixed => texts.MixtureOf(parsed, mixed, config.Seed), texts.MostTexts(parsed));
            RunFile(definition, config.Seed, batches, parsed, interruption);
        }

        void RunBandit(ParseResult parsed, Interruption interruption)
        {
            BanditEvaluationOptions.Refuse(
                parsed, "bandit", "forecast",
                [pipeline, key, timeField, value, horizons, step, scoreFrom, scaleUntil, predictions, byKey, .. data.OfNetworks, common.ConfigOption]);
            BanditEvaluationOptions.Refuse(parsed, "bandit", SupervisedTask.Classify, label);
            if (data.Files(parsed) is not [var file])
            {
                throw new UsageException($"--data names {data.Files(parsed).Count} files; expected one, with --task bandit.");
            }

            var learners = BanditEvaluationOptions.Learners(parsed.GetValue(learner), parsed.GetValue(rivals) ?? [], common.Settings(parsed));
            var evaluation = new BanditEvaluation(
                new TabularBandit(TabularFile.Read(file)), common.Seed(parsed), bandit.Seeds(parsed), bandit.Rounds(parsed), TimeProvider.System);
            var result = evaluation.Run(learners, interruption.Token);
            result.Show();
            if (common.Json(parsed))
            {
                Console.Out.WriteLine(PipelineSummary.Line(result.ToJson()));
            }
        }

        StreamLearnConfig Load(ParseResult parsed, CommonOptions common, bool routed, string? logged, string? supervised, string? ofTexts = null)
        {
            var configured = common.HasConfig(parsed);
            var name = configured ? parsed.GetValue(pipeline) ?? common.Load(parsed).Pipelines.Select(found => found.Name).FirstOrDefault(Unnamed) : Unnamed;
            var settings = new List<string>();
            Set("learner.kind", parsed.GetValue(learner));
            if (logged is not null)
            {
                Set("sources.contexts.key", parsed.GetValue(key));
                Set("sources.contexts.time", parsed.GetValue(timeField));
            }

            Set("task.horizons", parsed.GetValue(horizons) is { } list ? $"[{list}]" : null);
            Set("task.step", parsed.GetValue(step));
            Set("task.scoring.from", parsed.GetValue(scoreFrom)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Set("task.scoring.scale-until", parsed.GetValue(scaleUntil)?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (parsed.GetValue(rivals) is { Length: > 0 } named)
            {
                Set("rivals", $"[{string.Join(", ", named)}]");
            }

            var below = configured ? ""
                : routed ? LinkLoadRecords.Pipeline(Unnamed)
                : logged is not null ? LoggedDecisions.Pipeline(Unnamed, logged)
                : supervised is not null ? LabelledFile.Pipeline(Unnamed, supervised)
                : ofTexts is not null ? ofTexts
                : $"streamlearn.pipelines.{Unnamed} {{}}";
            return common.Load(parsed, Whole, below, settings);

            // A table has only a learner: what its settings are called there, they are called here too.
            string Whole(string setting) =>
                (logged ?? supervised ?? ofTexts) is not null && setting.StartsWith("learner.", StringComparison.Ordinal) ? $"pipelines.{name}.{setting}" : setting;

            void Set(string setting, string? value)
            {
                if (value is not null)
                {
                    settings.Add($"pipelines.{name}.{setting}={(value.Length == 0 ? "\"\"" : value)}");
                }
            }
        }

        PipelineDefinition WithFields(PipelineDefinition definition, ParseResult parsed, string file, bool routed, bool configured)
        {
            if (definition.Schema is BanditSchema contexts)
            {
                // The timestamps of a file's records are their numbers: nothing can be said to be late.
                return definition with { Sources = [definition.Sources[0] with { Schema = contexts with { MaxJumpMilliseconds = 0 } }] };
            }

            if (definition.Schema is FeaturesSchema)
            {
                return LabelledFile.Complete(
                    definition, file, new LabelledFields(parsed.GetValue(key), parsed.GetValue(timeField), parsed.GetValue(label)), configured);
            }

            if (parsed.GetValue(task) is SupervisedTask.Classify or SupervisedTask.Regress || parsed.GetValue(label) is not null)
            {
                throw new UsageException(
                    $"{(parsed.GetValue(label) is null ? "--task" : "--label")} is given, and the task of pipeline {definition.Name} is {definition.Plan.TaskName}; "
                    + $"expected it of {SupervisedTask.Classify} or {SupervisedTask.Regress}.");
            }

            if (routed || definition.Schema is not RecordSchema configuredSchema)
            {
                return definition;
            }

            var format = RecordFile.Inspect(file);
            var fields = FieldGuess.FieldsOf(format, configuredSchema.Separator);
            var guess = configured ? configuredSchema : FieldGuess.Complete(fields, parsed.GetValue(key), parsed.GetValue(timeField), parsed.GetValue(value));
            var schema = configuredSchema with
            {
                Key = parsed.GetValue(key) ?? guess.Key,
                Time = parsed.GetValue(timeField) ?? guess.Time,
                Value = parsed.GetValue(value) ?? guess.Value,
            };
            schema = schema with { Format = format.Format, Columns = format.Format == "csv" ? fields : [] };
            try
            {
                schema.CreateDecoder();
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"{file}: {exception.Message}");
            }

            return definition with { Sources = [definition.Sources[0] with { Schema = schema }] };
        }
    }

    private static PipelineDefinition Pick(StreamLearnConfig config, string? name) =>
        (name is null
            ? config.Pipelines.Count == 1 ? config.Pipelines[0] : null
            : config.Pipelines.FirstOrDefault(pipeline => pipeline.Name == name))
        ?? throw new UsageException(
            $"--pipeline is {(name is null ? "missing" : $"'{name}'")}; expected one of "
            + $"{string.Join(", ", config.Pipelines.Select(pipeline => pipeline.Name))} of the configuration.");

    private static PipelineSummary Run(FileEvaluation evaluation, IEnumerable<RecordBatch> batches, string? predictions, Interruption interruption)
    {
        if (predictions is null)
        {
            return evaluation.Run(batches, null, interruption.Token);
        }

        FileStream file;
        try
        {
            file = File.Create(predictions);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--predictions {predictions} cannot be written: {exception.Message}");
        }

        using var buffered = new BufferedStream(file, 1 << 16);
        return evaluation.Run(batches, buffered, interruption.Token);
    }
}
