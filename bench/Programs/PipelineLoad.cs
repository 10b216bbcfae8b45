namespace StreamLearn.Bench.Programs;

/// <summary>What a pipeline is measured with.</summary>
/// <param name="Name">The pipeline's name, new for each run.</param>
/// <param name="Topic">The topic, which holds the records before the run starts.</param>
/// <param name="Records">How many there are.</param>
/// <param name="Pipeline">Settings of the pipeline, HOCON.</param>
/// <param name="Settings">Settings of the node, HOCON.</param>
internal sealed record PipelineLoad(string Name, string Topic, int Records, string Pipeline, string Settings = "")
{
    /// <summary>The topics that such a pipeline writes.</summary>
    internal static IEnumerable<string> Outputs(string name) => [$"{name}.predictions", $"{name}.dead-letter"];
}
