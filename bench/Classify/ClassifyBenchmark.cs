using StreamLearn.Actors.Pipelines;
using StreamLearn.Cli.Evaluation;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Simulation.Bandits.Tabular;
using StreamLearn.Streams.Files;
using StreamLearn.Streams.Records;

namespace StreamLearn.Bench.Classify;

/// <summary>
/// <c>classify</c>: records per second of the electricity set through a pipeline without broker on one thread: lines of CSV are decoded, predicted, scored and learned by a network of
/// 8-64-2, and the predictions are written as JSON. Against the same network in TorchSharp, each row predicted and each mini-batch learned, on rows that are decoded already.
/// </summary>
internal static class ClassifyBenchmark
{
    private const int Passes = 9;
    private const int Hidden = 64;

    // As many rows as make the peer's rate plain: it is the slower one.
    private const int PeerRows = 4096;

    private static readonly string File = Path.Combine("..", "shared", "data", "tabular", "elec2.csv.gz");

    internal static BenchmarkResult Run(TextWriter log)
    {
        if (!System.IO.File.Exists(File))
        {
            log.WriteLine($"{Path.GetFullPath(File)} is not there: nothing is measured");
            return new BenchmarkResult([]);
        }

        RecordBatch[] records = [.. RecordFile.Read(File)];
        var data = TabularFile.Read(File);
        var rows = new List<BenchmarkRow>();
        foreach (var batch in new[] { 4, 64 })
        {
            log.WriteLine($"elec2, mini-batches of {batch}: {data.Rows} records a pass, {Passes} passes, and the peer's {PeerRows} rows in turn");
            var (own, peers) = (new List<double>(), new List<double>());
            var pipeline = Pipeline(batch);
            using var peer = new TorchClassifier(data, Hidden, batch);
            Pass(pipeline, records);
            peer.Pass(PeerRows);
            for (var pass = 0; pass < Passes; pass++)
            {
                own.Add(Pass(pipeline, records));
                peers.Add(peer.Pass(PeerRows));
            }

            var (rate, peerRate) = (Median(own), Median(peers));
            rows.Add(new BenchmarkRow($"elec2/mlp-8-64-2/b{batch}", rate, "records/s", "TorchSharp eager", peerRate, rate / peerRate));
        }

        return new BenchmarkResult(rows);
    }

    private static PipelineDefinition Pipeline(int batch) => StreamLearnConfig.Load(
        null, [],
        "streamlearn.pipelines.elec2 { task.kind = classify, source { format = csv, key = \"\", time = \"\", "
        + $"features = [f0, f1, f2, f3, f4, f5, f6, f7], columns = [f0, f1, f2, f3, f4, f5, f6, f7, label] }}, rivals = [], learner {{ kind = mlp-classifier, hidden = {Hidden}, batch = {batch} }} }}").Pipelines[0];

    private static double Pass(PipelineDefinition pipeline, RecordBatch[] records)
    {
        using var evaluation = new FileEvaluation(pipeline, seed: 1, TimeProvider.System);
        var summary = evaluation.Run(records, Stream.Null, CancellationToken.None);
        return summary.Counts.Predictions / summary.Seconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
