using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs.Supervised;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads what a pipeline of the task <c>classify</c> or <c>regress</c> has of its own.</summary>
internal static class SupervisedSection
{
    // Of a record in a message: its key, id and label, and what else there is besides the features.
    private const int BesideFeatures = 8 * 1024;

    internal static TaskParts Read(ConfigNode root, ConfigNode pipeline, string name, LearnerOptions learners, ReplicaOptions? replicas)
    {
        var source = pipeline.Child("source");
        var labels = pipeline.Child("sources").Child("labels");
        var topic = PipelineSection.SourceTopic(source, name);
        var labelsTopic = PipelineSection.Topic(labels, "topic", name);
        var features = Features(source, Task(pipeline.Child("task")) with { LabelsComeApart = labelsTopic.Length > 0 });
        var plan = new SupervisedPlan(features.Task, learners.Learners, learners.Seed, learners.MaxKeys, learners.Safety);
        List<PipelineSource> sources = [new(labelsTopic.Length > 0 ? "features" : "", topic, features)];
        if (labelsTopic.Length > 0)
        {
            if (labelsTopic == topic)
            {
                throw labels.Fail("topic", $"'{labelsTopic}'", "another topic than that of the features, or off: features bring their labels themselves");
            }

            sources.Add(new PipelineSource("labels", labelsTopic, Checked(labels, new LabelsSchema { Task = features.Task })));
        }

        return new TaskParts(sources, plan, PipelineSection.Topic(pipeline.Child("sinks"), "predictions", name));
    }

    /// <summary>Features go to their learner in one message.</summary>
    /// <exception cref="ConfigurationException">They may be larger than a message.</exception>
    internal static void CheckMessages(ConfigNode pipeline, ChunkLimits limits)
    {
        var source = pipeline.Child("source");
        var most = (limits.MessageBytes - BesideFeatures) / sizeof(float);
        if (source.Texts("features").Count is var count && count > most)
        {
            throw source.Fail(
                "features", $"a list of {count}", $"at most {most} with streamlearn.node.frame-size = {limits.FrameBytes}, or a larger one, on all nodes: features go to their learner in one message");
        }
    }

    private static SupervisedTask Task(ConfigNode task)
    {
        var isClassification = task.Text("kind") == SupervisedTask.Classify;
        var read = new SupervisedTask
        {
            Name = task.Text("kind"),
            Classes = isClassification ? Classes(task) : [],
            Join = JoinSection.Read(task, "label-ttl"),
            Scoring = ScoringSection.Read(task.Child("scoring"), hasScale: !isClassification),
        };
        return isClassification ? read with { MaxClasses = (int)task.Whole("max-classes", 2, SupervisedTask.MostClasses) } : read;
    }

    /// <summary>Labels as records have them once they are read: 1.0 would never come.</summary>
    private static IReadOnlyList<string> Classes(ConfigNode task)
    {
        var classes = task.Texts("classes");
        return classes.FirstOrDefault(label => SupervisedSchema.LabelOf(label) != label) is { } other
            ? throw task.Fail("classes", $"[{string.Join(", ", classes)}]", SupervisedSchema.LabelOf(other) is { } label
                ? $"'{label}' instead of '{other}': labels are compared as texts, and numbers are written that way"
                : $"labels of 1 to {SupervisedTask.MostLabelBytes} bytes of UTF-8")
            : classes;
    }

    private static FeaturesSchema Features(ConfigNode source, SupervisedTask task)
    {
        var features = source.Texts("features");
        if (features.Count is 0 or > SupervisedTask.MostFeatures)
        {
            throw source.Fail("features", features.Count == 0 ? "[]" : $"a list of {features.Count}", $"the names of 1 to {SupervisedTask.MostFeatures} fields");
        }

        var schema = new FeaturesSchema { Task = task, Features = features };
        schema = schema with { Task = schema.Fit(task).Validate($"{source.Path[..source.Path.LastIndexOf('.')]}.task") };
        return Checked(source, schema);
    }

    /// <summary>With the fields that both kinds of records have.</summary>
    private static TSchema Checked<TSchema>(ConfigNode source, TSchema schema)
        where TSchema : SupervisedSchema
    {
        var complete = schema with
        {
            Format = source.Choice("format", "json", "csv"),
            Key = source.Text("key"),
            Id = PipelineSection.FieldOf(source, "id"),
            Time = source.Text("time"),
            TimeUnit = PipelineSection.TimeUnitOf(source),
            MaxJumpMilliseconds = (long)source.Duration("max-jump", TimeSpan.Zero).TotalMilliseconds,
            Label = PipelineSection.FieldOf(source, "label"),
            Columns = source.Texts("columns"),
            Separator = PipelineSection.SeparatorOf(source),
        };
        try
        {
            // A file's header line says the columns.
            _ = complete.Format == "csv" && complete.Columns.Count == 0 ? null : complete.CreateDecoder();
        }
        catch (ArgumentException exception)
        {
            throw ConfigurationException.At(source.FileOf("format"), source.Path, "a block that contradicts itself", exception.Message.TrimEnd('.'));
        }

        return complete;
    }
}
