namespace StreamLearn.Cli.Web.Documents;

/// <summary>The pipelines of a node; when they were measured, null: not yet, or metrics are off.</summary>
internal sealed record PipelineListAnswer(string? Measured, IReadOnlyList<PipelineListing> Pipelines);
