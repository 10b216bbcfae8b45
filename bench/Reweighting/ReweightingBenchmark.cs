using StreamLearn.Bench.Networks;
using StreamLearn.Learners;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
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

        log.WriteLine("gpt: the same for a language model, whole records of text");
        rows.Add(Row("gpt", GptSteps("lin-upper"), GptSteps("uniform")));
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
        return Row(name, ours, peer);
    }

    /// <summary>Steps of the task <c>language</c>: 16 texts, each a sequence of its own, are scored and learned from.</summary>
    private static Contestant GptSteps(string strategy)
    {
        const int Texts = 16;
        const int Context = 64;
        var settings = new Dictionary<string, string>
        {
            ["batch-rows"] = $"{Texts}", ["batch-records"] = $"{Texts}", ["reweighting"] = strategy, ["burn-in"] = "0", ["temperature-decay"] = "0",
        };
        var plan = new LanguagePlan(
            new LanguageTask { Domains = ["noise"], Context = Context }, [new LearnerChoice(LearnerCatalog.Find(LanguageTask.Name, "gpt")!, new OptionSet("learner", settings))],
            seed: 1, maxKeys: 1);
        var fleet = plan.CreateFleet(1);
        var writer = new LanguageRecordWriter();
        var random = new Random(1);
        var text = new byte[Context - 1];
        var ends = new int[Texts];
        for (var i = 0; i < Texts; i++)
        {
            random.NextBytes(text);
            writer.Write("noise"u8, text);
            ends[i] = writer.Length;
        }

        var examples = new ExampleBatch(
            new long[Texts], new long[Texts], new ExampleKind[Texts], [], new int[Texts], [], 0, payloads: writer.Written.ToArray(), payloadEnds: ends);
        return new Contestant(
            steps =>
            {
                for (var step = 0; step < steps; step++)
                {
                    fleet.Process(examples, 0, PredictionBatch.Allocate(Texts, fleet.PredictionWidth));
                }
            },
            torchThreads: 1);
    }

    private static BenchmarkRow Row(string name, Contestant ours, Contestant peer)
    {
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
