using StreamLearn.Streams.Codecs;

namespace StreamLearn.Actors.Pipelines;

/// <summary>A topic that a pipeline reads.</summary>
/// <param name="Name">How configuration names it among several; empty: the only one.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Schema">How its records are read.</param>
public sealed record PipelineSource(string Name, string Topic, SourceSchema Schema);
