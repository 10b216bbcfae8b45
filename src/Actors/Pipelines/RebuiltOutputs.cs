using StreamLearn.Actors.Ingest;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Pipelines;

/// <summary>What a node would have written while it learned what a <see cref="RebuiltPartition"/> learns. Single-threaded.</summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="put">Is given the batches, also empty ones, in the order of the log of each partition.</param>
public sealed class RebuiltOutputs(PipelineDefinition pipeline, Action<OutputBatch> put) : IDisposable
{
    private readonly OutputEncoder _encoder = new(pipeline);

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    internal void Put(AnsweredBatch answered)
    {
        foreach (var batch in _encoder.Encode(answered).Batches)
        {
            put(batch);
        }
    }
}
