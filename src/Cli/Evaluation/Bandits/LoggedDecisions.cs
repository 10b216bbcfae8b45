using StreamLearn.Cli.Commands;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Files;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Evaluation.Bandits;

/// <summary>Files of logged decisions and contexts, as against tables of labels: JSON, Vowpal Wabbit's text or dsjson.</summary>
internal static class LoggedDecisions
{
    internal const string Table = "table";

    /// <summary>Fields that only the decision service's JSON has.</summary>
    private static readonly string[] OfDecisionService = ["\"_label_cost\"", "\"_multi\"", "\"EventId\""];

    /// <summary>What a file can be said to be.</summary>
    internal static IReadOnlyList<string> Formats { get; } = [Table, "json", "vw", "dsjson"];

    /// <summary>What a file is: what was said, or else by its name and its front.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    internal static string FormatOf(string file, string? said)
    {
        if (said is not null)
        {
            return said;
        }

        if (file.EndsWith(".dsjson", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".dsjson.gz", StringComparison.OrdinalIgnoreCase))
        {
            return "dsjson";
        }

        try
        {
            var (format, first) = RecordFile.Inspect(file);
            return format switch
            {
                "csv" => Table,
                "json" when OfDecisionService.Any(field => first.Contains(field, StringComparison.Ordinal)) => "dsjson",
                _ => format,
            };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UsageException($"--data {file} cannot be read: {exception.Message}");
        }
    }

    /// <summary>A pipeline that reads such records from one topic, to be completed by settings.</summary>
    internal static string Pipeline(string name, string format) =>
        $$"""
        streamlearn.pipelines.{{name}} {
          task { kind = bandit, feedback = {{(format == "json" ? "reward" : "cost")}} }
          sources { contexts { format = {{format}} }, rewards { topic = off } }
        }
        """;

    /// <summary>The records of the files, one after the other.</summary>
    internal static IEnumerable<RecordBatch> Batches(IReadOnlyList<string> files, SourceSchema schema)
    {
        var offset = 0L;
        foreach (var batch in files.SelectMany(file => HasBlocks(file, schema)
            ? RecordFile.ReadBlocks(file, offset)
            : RecordFile.Read(file, offset, isCsv: schema is BanditSchema ? false : null)))
        {
            offset = batch.Offsets[^1] + 1;
            yield return batch;
        }
    }

    /// <summary>Examples of several lines; where the task names its actions, a file may also have one of <c>--cb</c> in each line.</summary>
    private static bool HasBlocks(string file, SourceSchema schema) =>
        schema is BanditSchema { Format: "vw", Task.UsesBlocks: var mayBeOneLine } && (!mayBeOneLine || RecordFile.HasBlocks(file));
}
