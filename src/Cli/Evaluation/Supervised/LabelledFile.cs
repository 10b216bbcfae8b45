using System.Text.Json;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Sources;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs.Supervised;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Evaluation.Supervised;

/// <summary>
/// A file of features and labels, CSV with a header or JSON objects, a record a line. Where nobody says otherwise <c>key</c>, <c>time</c> and <c>id</c> are what they are called, the
/// label is <c>label</c> or has another usual name, and all other fields are features; in JSON those that are numbers or booleans in the first record.
/// </summary>
internal static class LabelledFile
{
    private const string Container = "features";

    private static readonly string[] ClassLabels = ["label", "class", "target", "y"];
    private static readonly string[] NumberLabels = ["label", "target", "value", "y"];

    /// <summary>A pipeline of the task, whose features a file will name.</summary>
    internal static string Pipeline(string name, string task) =>
        $"streamlearn.pipelines.{name} {{ task {{ kind = {task} }}, source {{ features = [x] }} }}";

    /// <summary>The pipeline as a file calls its fields.</summary>
    /// <param name="definition">A pipeline of the task.</param>
    /// <param name="file">The file.</param>
    /// <param name="said">Fields that somebody has named.</param>
    /// <param name="isConfigured">Whether the pipeline's fields are configured; else they are looked for.</param>
    /// <exception cref="UsageException">The file does not have them.</exception>
    internal static PipelineDefinition Complete(PipelineDefinition definition, string file, LabelledFields said, bool isConfigured)
    {
        var plan = (SupervisedPlan)definition.Plan;
        var format = RecordFile.Inspect(file);
        if (format.Format is not ("csv" or "json"))
        {
            throw new UsageException($"{file} is Vowpal Wabbit's text; expected CSV with a header, or JSON objects, a line each, with --task {plan.TaskName}.");
        }

        var configured = (FeaturesSchema)definition.Schema;
        var fields = FieldGuess.FieldsOf(format, configured.Separator);
        if (fields.GroupBy(field => field).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
        {
            throw new UsageException($"{file} has the column '{twice}' twice; expected names that differ.");
        }

        var schema = configured with
        {
            Format = format.Format,
            Columns = format.Format == "csv" ? fields : [],
            Key = said.Key ?? (isConfigured ? configured.Key : fields.Contains("key") ? "key" : ""),
            Time = said.Time ?? (isConfigured ? configured.Time : fields.Contains("time") ? "time" : ""),
            Label = said.Label ?? (isConfigured ? configured.Label : LabelOf(plan, file, fields)),

            // Timestamps are the records' numbers: no time can be said to be late.
            MaxJumpMilliseconds = 0,
        };
        if (!isConfigured)
        {
            string[] others = [schema.Key, schema.Time, schema.Id, schema.Label, Container];
            schema = schema with { Features = [.. (format.Format == "csv" ? fields : NumbersOf(format.FirstLine)).Where(field => !others.Contains(field)).Distinct()] };
            if (schema.Features.Count == 0)
            {
                throw new UsageException(
                    $"{file} has no features: its {(format.Format == "csv" ? "columns" : "first record's numbers and booleans")} are [{string.Join(", ", fields)}]; "
                    + "expected some besides key, time, id and label.");
            }
        }

        // Each record brings its own label, or none is known.
        schema = schema with { Task = schema.Fit(plan.Task) with { LabelsComeApart = false } };
        try
        {
            schema.CreateDecoder();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{file}: {exception.Message}");
        }

        return definition with
        {
            Sources = [definition.Sources[0] with { Schema = schema }],
            Plan = new SupervisedPlan(schema.Task, plan.Learners, plan.Seed, plan.MaxKeys, plan.Safety),
        };
    }

    private static string LabelOf(SupervisedPlan plan, string file, IReadOnlyList<string> fields)
    {
        var usual = plan.Task.IsClassification ? ClassLabels : NumberLabels;
        return usual.FirstOrDefault(fields.Contains)
            ?? throw new UsageException($"--label is missing: no field of {file} is called {string.Join(", ", usual)}; expected one of {string.Join(", ", fields)}.");
    }

    /// <summary>The fields of an object that are numbers or booleans, also those of an object <c>features</c> in it.</summary>
    private static IEnumerable<string> NumbersOf(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. NumbersOf(document.RootElement)];

        static IEnumerable<string> NumbersOf(JsonElement fields) => fields.EnumerateObject().SelectMany(field => field.Value.ValueKind switch
        {
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [field.Name],
            JsonValueKind.Object when field.Name == Container => NumbersOf(field.Value),
            _ => Array.Empty<string>(),
        });
    }
}
