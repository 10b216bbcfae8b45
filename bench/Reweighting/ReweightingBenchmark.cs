using StreamLearn.Bench.Networks;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Bench.Reweighting;

/// <summary><c>reweighting</c>: what weighing samples by their losses adds to a training step, against the same step without.</summary>
internal static class ReweightingBenchmark
{
    private const int Batch = 64;
    private const int Rounds = 31;
    private const int Classes = 2;

    private static readonly (string Name, int Inputs, int[] Hidden)[] Networks = [("mlp-b64", 8, [64]), ("mlp-32-64-64-b64", 32, [64, 64])];

    internal static BenchmarkResult Run(TextWriter log)
    {
        var rows = new List<BenchmarkRow>();
        foreach (var (name, inputs, hidden) in Networks)
        {
            log.WriteLine($"{name}: steps of a batch of {Batch}, with lin-upper and without weights in turn");
            rows.Add(Measure(name, new MlpArchitecture(inputs, hidden, Classes)));
        }

        return new BenchmarkResult(rows);
    }

    private static BenchmarkRow Measure(string name, MlpArchitecture architecture)
    {
        var random = new Random(1);
        var inputs = Enumerable.Range(0, Batch * architecture.Inputs).Select(_ => (float)random.NextDouble()).ToArray();
        var targets = Enumerable.Range(0, Batch).Select(_ => (float)random.Next(Classes)).ToArray();
        var weights = new float[Batch];
        var reweighter = new SampleReweighter(
            new ReweightingOptions { Strategy = ReweightingStrategy.LinUpper, Temperature = TemperatureSchedule.Constant(1) });
        using var weighted = NetworkFactory.Create(architecture, NetworkDevice.Cpu, Batch, seed: 1);
        using var plain = NetworkFactory.Create(architecture, NetworkDevice.Cpu, Batch, seed: 1);
        using var weightedTrainer = Trainer(weighted);
        using var plainTrainer = Trainer(plain);
        var ours = new Contestant(
            steps =>
            {
                for (var step = 0; step < steps; step++)
                {
                    weighted.Forward(inputs, Batch);
                    reweighter.Weigh(weightedTrainer.Evaluate(targets), weights);
                    weightedTrainer.Learn(weights);
                }
            },
            torchThreads: 1);
        var peer = new Contestant(
            steps =>
            {
                for (var step = 0; step < steps; step++)
                {
                    plain.Forward(inputs, Batch);
                    plainTrainer.Evaluate(targets);
                    plainTrainer.Learn();
                }
            },
            torchThreads: 1);
        ours.WarmUp();
        peer.WarmUp();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Measure();
            peer.Measure();
        }

        return new BenchmarkRow(name, ours.Times.Median, "us/step", "uniform", peer.Times.Median, peer.Times.Median / ours.Times.Median);
    }

    private static NetworkTrainer Trainer(IFeedForwardNetwork network) =>
        new(network, new CrossEntropyLoss(), new UpdateOptions { Optimizer = new AdamOptions { LearningRate = 1e-4 }, MaxGradientNorm = 1 });
}
