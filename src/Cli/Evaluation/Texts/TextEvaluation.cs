using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Sources.Texts;
using StreamLearn.Streams.Codecs.Texts;
using StreamLearn.Streams.Files;
using StreamLearn.Streams.Records;

namespace StreamLearn.Cli.Evaluation.Texts;

/// <summary>Files of text, or of records with texts, as what a <c>language</c> pipeline reads.</summary>
/// <param name="files">The files: all of them of one kind.</param>
internal sealed class TextEvaluation(IReadOnlyList<TextFile> files)
{
    private readonly bool _hasRecords = Kind(files);

    /// <summary>A pipeline that reads them, to be completed by settings.</summary>
    internal string Pipeline(string name) =>
        $$"""
        streamlearn.pipelines.{{name}} {
          task { kind = language }
          source { format = {{(_hasRecords ? "json" : "text")}}, key-is-domain = on }
        }
        """;

    /// <summary>The pipeline as it reads them: of files of text each document has its file's domain, whatever the configuration says of a topic.</summary>
    /// <exception cref="UsageException">It is none of texts.</exception>
    internal PipelineDefinition Complete(PipelineDefinition definition)
    {
        if (definition.Schema is not TextSchema schema)
        {
            throw new UsageException($"--task is language, and the task of pipeline {definition.Name} is {definition.Plan.TaskName}; expected it of language.");
        }

        return _hasRecords
            ? definition
            : definition with { Sources = [definition.Sources[0] with { Schema = schema with { Format = "text", Key = "", Time = "", KeyIsDomain = true } }] };
    }

    /// <summary>The records.</summary>
    /// <param name="mix">Cuts files of text into documents and mixes these.</param>
    /// <param name="most">Records at most, of files of records.</param>
    internal IEnumerable<RecordBatch> Batches(Func<IReadOnlyList<TextFile>, TextMixture> mix, int most) => _hasRecords ? Records(most) : mix(files).Batches();

    private IEnumerable<RecordBatch> Records(long most)
    {
        var offset = 0L;
        foreach (var file in files)
        {
            foreach (var batch in RecordFile.Read(file.Path, offset, batchRecords: 64, isCsv: false))
            {
                if (offset >= most)
                {
                    yield break;
                }

                var taken = (int)Math.Min(batch.Count, most - offset);
                offset += taken;
                yield return taken == batch.Count ? batch : First(batch, taken);
            }
        }
    }

    private static RecordBatch First(RecordBatch batch, int count)
    {
        var builder = new RecordBatchBuilder(batch.Topic, batch.Partition, count, int.MaxValue);
        for (var row = 0; row < count; row++)
        {
            builder.Add(batch.Offsets[row], batch.Timestamps[row], default, hasKey: false, batch.Value(row), hasValue: true);
        }

        return builder.Build(epoch: 0);
    }

    private static bool Kind(IReadOnlyList<TextFile> files)
    {
        var records = files.Count(file => file.HasRecords());
        return records == 0 || records == files.Count
            ? records > 0
            : throw new UsageException($"--data names {records} files of JSON objects and {files.Count - records} of text; expected files of one kind.");
    }
}
