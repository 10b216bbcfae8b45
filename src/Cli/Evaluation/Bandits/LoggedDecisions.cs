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
            var format = RecordFile.Inspect(file).Format;
            return format == "csv" ? Table : format;
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
        var blocks = schema is BanditSchema { ReadsBlocks: true };
        var offset = 0L;
        foreach (var batch in files.SelectMany(file => blocks ? RecordFile.ReadBlocks(file, offset) : RecordFile.Read(file, offset)))
        {
            offset = batch.Offsets[^1] + 1;
            yield return batch;
        }
    }
}
