using System.Globalization;
using StreamLearn.Learners;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Torch;
using TorchSharp;

namespace StreamLearn.Bench.Language;

/// <summary>
/// Tokens a second that a <c>language</c> pipeline's learners take, from decoded records to scores: tokenised, packed, scored, weighted and learned; against the same model
/// in a bare loop of TorchSharp, both on one thread. They are measured in turn, and medians are compared.
/// </summary>
internal static class GptThroughput
{
    private const string Peer = "TorchSharp eager, bare loop";
    private const int Rounds = 9;
    private const int Context = 128;
    private const int Rows = 16;
    private const int Batches = 8;
    private const double LearningRate = 1e-3;

    private static readonly (string Name, string Value)[] LinUpper =
        [("reweighting", "lin-upper"), ("temperature", "0.4"), ("temperature-start", "0.4"), ("burn-in", "0"), ("temperature-decay", "0")];

    internal static BenchmarkResult Run(TextWriter log)
    {
        var check = TorchRuntime.Check();
        if (!check.Works)
        {
            throw new InvalidOperationException($"There is nothing to measure: {check.Problem} {check.Advice}");
        }

        return new BenchmarkResult([.. Measure("", layers: 2, heads: 4, width: 96, steps: 12, log), .. Measure("/l4-w256", layers: 4, heads: 8, width: 256, steps: 3, log)]);
    }

    private static IEnumerable<BenchmarkRow> Measure(string suffix, int layers, int heads, int width, int steps, TextWriter log)
    {
        var architecture = new GptArchitecture(257, Context, layers, heads, width);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{architecture}: {architecture.Layout.Count} parameters, {steps} steps a round"));
        var texts = Texts();
        using var uniform = new Learner(layers, heads, width, texts, []);
        using var weighted = new Learner(layers, heads, width, texts, LinUpper);
        var (tokens, targets) = Tensors(texts);
        using var peer = new PlainGpt(architecture, LearningRate, tokens, targets, Rows);
        if (peer.Parameters != architecture.Layout.Count)
        {
            throw new InvalidOperationException($"The peer has {peer.Parameters} parameters; expected {architecture.Layout.Count}: it is another model.");
        }

        var (ours, lin, bare) = (new List<double>(), new List<double>(), new List<double>());
        Round(1);
        ours.Clear();
        lin.Clear();
        bare.Clear();
        for (var round = 0; round < Rounds; round++)
        {
            Round(steps);
        }

        var perStep = Rows * Context;
        yield return Row($"gpt-tokens{suffix}", Median(ours));
        yield return Row($"gpt-tokens{suffix}/lin-upper", Median(lin));
        yield return new BenchmarkRow($"gpt{suffix}", Median(lin), "us per step", "uniform", Median(ours), Median(ours) / Median(lin));

        BenchmarkRow Row(string name, double microseconds) =>
            new(name, perStep * 1e6 / microseconds, "tokens/s", Peer, perStep * 1e6 / Median(bare), Median(bare) / microseconds);

        void Round(int count)
        {
            Add(ours, uniform.Train, count);
            Add(bare, batches => peer.Train(batches), count);
            Add(lin, weighted.Train, count);
        }
    }

    private static void Add(List<double> times, Action<int> train, int steps)
    {
        var started = TimeProvider.System.GetTimestamp();
        train(steps);
        times.Add(TimeProvider.System.GetElapsedTime(started).TotalMicroseconds / steps);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>Texts that fill a sequence each, with the end of the document.</summary>
    private static byte[][] Texts()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Rows * Batches).Select(_ => Enumerable.Range(0, Context - 1).Select(place => (byte)("the cat sat on a mat "[place % 21] + random.Next(2))).ToArray())];
    }

    private static (IReadOnlyList<long[]> Tokens, IReadOnlyList<long[]> Targets) Tensors(byte[][] texts)
    {
        const long End = 256;
        var batches = texts.Chunk(Rows).ToList();
        return (
            [.. batches.Select(batch => batch.SelectMany(text => text.Select(b => (long)b).Prepend(End)).ToArray())],
            [.. batches.Select(batch => batch.SelectMany(text => text.Select(b => (long)b).Append(End)).ToArray())]);
    }

    /// <summary>A fleet with one key and one learner.</summary>
    private sealed class Learner : IDisposable
    {
        private readonly LanguageFleet _fleet;
        private readonly ExampleBatch[] _batches;
        private readonly PredictionBatch _predictions = PredictionBatch.Allocate(Rows, 0);
        private int _at;

        internal Learner(int layers, int heads, int width, byte[][] texts, (string Name, string Value)[] settings)
        {
            var options = new Dictionary<string, string>
            {
                ["layers"] = layers.ToString(CultureInfo.InvariantCulture), ["heads"] = heads.ToString(CultureInfo.InvariantCulture),
                ["width"] = width.ToString(CultureInfo.InvariantCulture), ["batch-rows"] = Rows.ToString(CultureInfo.InvariantCulture),
                ["batch-records"] = "100000", ["warm-up"] = "0", ["learning-rate"] = LearningRate.ToString(CultureInfo.InvariantCulture),
            };
            foreach (var (name, value) in settings)
            {
                options[name] = value;
            }

            var choice = new LearnerChoice(LanguageCatalog.Find("gpt")!, new OptionSet("learner", options));
            _fleet = new LanguageFleet(new LanguagePlan(new LanguageTask { Context = Context }, [choice], seed: 1, maxKeys: 1), 1);
            _batches = [.. texts.Chunk(Rows).Select(Batch)];
        }

        /// <summary>Mini-batches of records, each of which is a step.</summary>
        internal void Train(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                _fleet.Process(_batches[_at], 0, _predictions);
                _at = (_at + 1) % _batches.Length;
            }
        }

        public void Dispose() => _fleet.Dispose();

        private static ExampleBatch Batch(byte[][] texts)
        {
            var writer = new LanguageRecordWriter();
            var ends = new int[texts.Length];
            for (var row = 0; row < texts.Length; row++)
            {
                writer.Write("text"u8, texts[row]);
                ends[row] = writer.Length;
            }

            return new ExampleBatch(
                [.. Enumerable.Range(0, texts.Length).Select(row => (long)row)], new long[texts.Length], new ExampleKind[texts.Length],
                [.. texts.Select(_ => (byte)'k')], [.. Enumerable.Range(1, texts.Length)], [], 0, payloads: writer.Written.ToArray(), payloadEnds: ends);
        }
    }
}
