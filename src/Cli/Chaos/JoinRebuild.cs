using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>The learners of a drill made anew from the log as it is, from its beginning and undisturbed, and what they put out then.</summary>
/// <param name="StateHash">Their state.</param>
/// <param name="Outputs">Of each example that is answered the number of its output.</param>
internal sealed record JoinRebuild(string StateHash, IReadOnlyDictionary<(int Partition, int Offset), ulong> Outputs)
{
    /// <summary>Reads the log. Blocks.</summary>
    internal static JoinRebuild Run(KafkaSettings kafka, PipelineDefinition pipeline, TimeProvider time, CancellationToken cancellation)
    {
        var expected = new Dictionary<(int Partition, int Offset), ulong>();
        using var outputs = new RebuiltOutputs(pipeline, batch =>
        {
            foreach (var record in batch.Records.Where(record => record.Origin?.Topic == JoinDrill.Examples))
            {
                expected.Add((record.Origin!.Partition, (int)record.SourceOffset), OutputTally.NumberOf(record.Value, JoinReader.KindOf(batch.Topic)));
            }
        });
        using var reader = new KafkaLogReader(kafka, pipeline.LogTopic, LostRecords.Stop, time);
        var keys = new List<KeyReport>();
        for (var partition = 0; partition < pipeline.Partitions; partition++)
        {
            using var rebuilt = new RebuiltPartition(pipeline, partition, 0, outputs);
            foreach (var records in reader.Read(partition, 0, reader.Range(partition).End, rebuilt.ReadUpTo, cancellation))
            {
                rebuilt.Learn(records);
            }

            keys.AddRange(rebuilt.Report());
        }

        return new JoinRebuild(pipeline.Plan.Summarize(keys).StateHash(), expected);
    }
}
