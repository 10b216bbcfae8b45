using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Language;
using StreamLearn.Streams.Codecs.Texts;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads what a pipeline of the task <c>language</c> has of its own.</summary>
internal static class LanguageSection
{
    // Of a record in a message: its key, its domain and what else there is besides the text.
    private const int BesideText = 8 * 1024;

    internal static TaskParts Read(ConfigNode root, ConfigNode pipeline, string name, LearnerOptions learners, ReplicaOptions? replicas)
    {
        var source = pipeline.Child("source");
        var schema = Schema(source);
        return new TaskParts(
            [new PipelineSource("", PipelineSection.SourceTopic(source, name), schema)],
            new LanguagePlan(Task(pipeline.Child("task")), learners.Learners, learners.Seed, learners.MaxKeys, learners.Safety),
            PipelineSection.Topic(pipeline.Child("sinks"), "predictions", name));
    }

    /// <summary>A text goes to its learner in one message.</summary>
    /// <exception cref="ConfigurationException">It may be larger than a message.</exception>
    internal static void CheckMessages(ConfigNode pipeline, ChunkLimits limits)
    {
        var source = pipeline.Child("source");
        var most = limits.MessageBytes - BesideText;
        if (source.Whole("max-bytes", 1, int.MaxValue) is var bytes && bytes > most)
        {
            throw source.Fail(
                "max-bytes", $"'{bytes}'", $"at most {most} with streamlearn.node.frame-size = {limits.FrameBytes}, or a larger one, on all nodes: a text goes to its learner in one message");
        }
    }

    private static LanguageTask Task(ConfigNode task)
    {
        var scoring = task.Child("scoring");
        return new LanguageTask
        {
            Domains = task.Texts("domains"),
            MaxDomains = (int)task.Whole("max-domains", 1, LanguageTask.MostDomains),
            Context = (int)task.Whole("context", 2, LanguageTask.MostContext),
            Tokenizer = TokenizerFile.Read(task, "tokenizer"),
            Score = task.Choice("score", "batch", "record") == "record" ? TextScore.Record : TextScore.Batch,
            Scoring = new LanguageScoring
            {
                Window = scoring.Whole("window", 4, 1_000_000_000_000),
                Fading = scoring.Number("fading", 0.0001, 0.999999999),
            },
        }.Validate(task.Path);
    }

    private static TextSchema Schema(ConfigNode source)
    {
        var schema = new TextSchema
        {
            Format = source.Choice("format", "json", "text"),
            Key = source.Text("key"),
            Time = source.Text("time"),
            TimeUnit = PipelineSection.TimeUnitOf(source),
            Text = source.Text("text"),
            Domain = source.Text("domain"),
            DefaultDomain = source.Text("default-domain"),
            KeyIsDomain = source.Flag("key-is-domain"),
            MostBytes = (int)source.Whole("max-bytes", 1, int.MaxValue),
        };
        if (schema.Format == "text")
        {
            // The format has no fields for them.
            schema = schema with { Key = "", Time = "" };
        }

        try
        {
            schema.CreateDecoder();
        }
        catch (ArgumentException exception)
        {
            throw ConfigurationException.At(source.FileOf("format"), source.Path, "a block that contradicts itself", exception.Message.TrimEnd('.'));
        }

        return schema;
    }
}
