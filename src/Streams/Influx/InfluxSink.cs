using Akka;
using Akka.Streams.Dsl;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Influx;

/// <summary>Sinks that write points to an InfluxDB server.</summary>
public static class InfluxSink
{
    /// <summary>
    /// Writes batches of points.
    /// </summary>
    /// <remarks>
    /// <para>Delivery: see <see cref="InfluxExporter"/>. The task of the sink ends when the exporter has the last batch, not when the server has.</para>
    /// <para>Back-pressure: none that waits for the server or the disk; what is more than the exporter's buffers hold is dropped and counted.</para>
    /// <para>Failure: none of its own. What is upstream completes or fails alone; what has been gathered is sent either way.</para>
    /// </remarks>
    /// <param name="exporter">Owned by the caller; may serve many streams.</param>
    public static Sink<MetricBatch, Task<Done>> Create(InfluxExporter exporter) =>
        Flow.Create<MetricBatch>()
            .ToMaterialized(Sink.ForEach<MetricBatch>(exporter.Write), Keep.Right)
            .MapMaterializedValue(async completion =>
            {
                try
                {
                    return await completion.ConfigureAwait(false);
                }
                finally
                {
                    exporter.Flush();
                }
            });
}
