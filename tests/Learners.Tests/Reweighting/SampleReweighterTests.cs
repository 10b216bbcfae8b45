using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Reweighting;
using StreamLearn.Learners.State;
using Xunit;

namespace StreamLearn.Learners.Tests.Reweighting;

public sealed class SampleReweighterTests
{
    private static readonly float[] Losses = [2.0f, 2.5f, 3.0f, 4.0f];

    public static TheoryData<ReweightingStrategy> All => [.. Enum.GetValues<ReweightingStrategy>()];

    // The specification's section 1.7.
    [Theory]
    [InlineData(ReweightingStrategy.LinUpper, 1.0, .123681, .203916, .336201, .336201, 3.110561)]
    [InlineData(ReweightingStrategy.LinUpper, 0.4, .034656, .120960, .422192, .422192, 3.327056)]
    [InlineData(ReweightingStrategy.Quadratic, 1.0, .146300, .309717, .397684, .146300, 2.845142)]
    [InlineData(ReweightingStrategy.Quadratic, 0.4, .048301, .314965, .588432, .048301, 2.842517)]
    [InlineData(ReweightingStrategy.Extremes, 1.0, .336201, .203916, .123681, .336201, 2.898042)]
    [InlineData(ReweightingStrategy.Extremes, 0.4, .422192, .120960, .034656, .422192, 2.939520)]
    [InlineData(ReweightingStrategy.LinUpper, 100, .248440, .249686, .250937, .250937, 2.877654)]
    public void WeighsAsTheTestVectors(ReweightingStrategy strategy, double temperature, double w1, double w2, double w3, double w4, double weighted)
    {
        var w = WeightsOf(strategy, temperature, Losses);

        Assert.Equal(w1, w[0], 1e-6);
        Assert.Equal(w2, w[1], 1e-6);
        Assert.Equal(w3, w[2], 1e-6);
        Assert.Equal(w4, w[3], 1e-6);
        Assert.Equal(weighted, w.Zip(Losses, (x, y) => x * y).Sum(), 2e-6);
    }

    [Theory]
    [InlineData(1.0, 3.534)]
    [InlineData(0.4, 2.686)]
    public void SaysTheEffectiveSampleSize(double temperature, double expected)
    {
        var step = Of(ReweightingStrategy.LinUpper, temperature).Weigh(Losses, new float[4]);

        Assert.Equal(expected, step.EffectiveSampleSize, 5e-4);
        Assert.Equal(2, step.LossRange, 1e-12);
        Assert.Equal(4 * WeightsOf(ReweightingStrategy.LinUpper, temperature, Losses).Max(), step.MaxWeight, 1e-6);
    }

    [Fact]
    public void PrefersHighLossesAsTheAdversaryOfDroAndLowOnesWithANegativeTemperature()
    {
        // softmax(l / r), by the formula.
        var expected = Losses.Select(loss => Math.Exp(loss / 0.5)).ToArray();
        var high = WeightsOf(ReweightingStrategy.KlDro, 0.5, Losses);
        for (var i = 0; i < high.Length; i++)
        {
            Assert.Equal(expected[i] / expected.Sum(), high[i], 1e-6);
        }

        var low = WeightsOf(ReweightingStrategy.KlDro, -0.5, [.. Losses.Select(loss => -loss)]);
        Assert.Equal(high, low);
        Assert.True(WeightsOf(ReweightingStrategy.KlDro, -0.5, Losses)[0] > 0.5);
    }

    [Fact]
    public void TakesTheShareOfTheHighestLossesAlikeAndThoseThatEqualTheLastOfThem()
    {
        Assert.Equal([0, 0, 0.5, 0.5], Top([1, 2, 3, 4]));
        Assert.Equal([0, 1 / 3.0, 1 / 3.0, 1 / 3.0], Top([1, 3, 3, 4]), Close);

        static double[] Top(float[] losses) => Weigh(
            new ReweightingOptions { Strategy = ReweightingStrategy.TopK, Temperature = TemperatureSchedule.Constant(1), TopShare = 0.5 }, losses);

        static bool Close(double x, double y) => Math.Abs(x - y) < 1e-6;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void WeighsEqualLossesAlike(ReweightingStrategy strategy) =>
        Assert.All(WeightsOf(strategy, 0.4, [3, 3, 3, 3, 3]), weight => Assert.Equal(0.2, weight, 1e-7));

    [Property(MaxTest = 300)]
    public void DoesNotSeeTheScaleOrTheZeroOfLosses(int which, float[] drawn, double scale, double shift)
    {
        var strategy = Of3(which);
        double[] losses = [.. Usable(drawn)];
        var a = 1e-3 + (Math.Abs(Finite(scale)) % 1000);
        var b = Finite(shift) % 1000;
        if (a * (losses.Max() - losses.Min()) <= 1e-3 || losses.Max() - losses.Min() <= 1e-3)
        {
            return;
        }

        // In double precision, so that what float cannot hold is not what is tested: a multiple of 2^-8 up to 2^15 survives.
        float[] before = [.. losses.Select(loss => (float)(Math.Round(loss * 256) / 256))];
        var power = (float)Math.Pow(2, Math.Round(Math.Log2(a)));
        float[] after = [.. before.Select(loss => (power * loss) + (power * (float)Math.Round(b)))];
        AssertClose(WeightsOf(strategy, 0.4, before), WeightsOf(strategy, 0.4, after), 2e-4);
    }

    [Property(MaxTest = 300)]
    public void FollowsTheOrderOfSamples(int which, float[] drawn, int seed)
    {
        var strategy = (ReweightingStrategy)(Math.Abs((long)which) % 6);
        float[] losses = [.. Usable(drawn).Select(loss => (float)loss)];
        int[] order = [.. Enumerable.Range(0, losses.Length)];
        new Random(seed).Shuffle(order);
        var weights = WeightsOf(strategy, 0.4, losses);
        AssertClose([.. order.Select(at => weights[at])], WeightsOf(strategy, 0.4, [.. order.Select(at => losses[at])]), 1e-7);
    }

    /// <summary>What a worker gets is its part of what one with the whole batch gets, masked samples before, within and after its own included.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void MasksLossesOfOtherWorkersToo(ReweightingStrategy strategy)
    {
        float[] losses = [float.NaN, 1, 2, float.PositiveInfinity, 3, float.NaN, 4, 5, float.NaN];
        var whole = new float[losses.Length];
        Of(strategy, 0.4).Weigh(losses, whole);
        for (var from = 0; from < losses.Length; from += 3)
        {
            var own = new float[3];
            Of(strategy, 0.4).Weigh(losses, from, own);
            Assert.Equal(whole.AsSpan(from, 3).ToArray(), own);
        }

        Assert.Equal(losses.Length, whole.Sum(), 1e-5);
    }

    [Property(MaxTest = 300)]
    public void SumsToOneWithinItsBounds(int which, float[] drawn)
    {
        float[] losses = [.. Usable(drawn).Select(loss => (float)loss)];
        var weights = WeightsOf(Of3(which), 0.4, losses);
        var m = losses.Length;
        Assert.Equal(1, weights.Sum(), 1e-5);
        Assert.True(weights.Max() <= Math.Exp(2.5) / (Math.Exp(2.5) + m - 1) * (1 + 1e-5));
        Assert.True(weights.Max() / weights.Min() <= Math.Exp(2.5) * (1 + 1e-5));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void MasksLossesThatAreNotFinite(ReweightingStrategy strategy)
    {
        float[] with = [2, float.NaN, 2.5f, 3, float.PositiveInfinity, 4, float.NegativeInfinity];
        var reweighter = Of(strategy, 0.4);
        var weights = new float[with.Length];
        var step = reweighter.Weigh(with, weights);
        var expected = WeightsOf(strategy, 0.4, Losses);

        Assert.Equal((4, 3), (step.Samples, step.Masked));
        Assert.Equal(3, reweighter.Masked);
        Assert.Equal(0, weights[1] + weights[4] + weights[6]);
        AssertClose(expected, [weights[0] / 7.0, weights[2] / 7.0, weights[3] / 7.0, weights[5] / 7.0], 1e-7);
        Assert.Equal(7, weights.Sum(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SaysThatABatchWithoutAFiniteLossIsOfNoUse(ReweightingStrategy strategy)
    {
        float[] weights = [1, 1, 1];
        var step = Of(strategy, 1).Weigh([float.NaN, float.NaN, float.PositiveInfinity], weights);

        Assert.False(step.IsUsable);
        Assert.Equal([0, 0, 0], weights);
        Assert.Equal(0, step.EffectiveSampleSize);
        Assert.False(Of(strategy, 1).Weigh([], []).IsUsable);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void StaysFiniteWithTheLargestAndTheSmallestLosses(ReweightingStrategy strategy)
    {
        float[][] batches = [[0, float.MaxValue], [float.MinValue, float.MaxValue, 0], [0, float.Epsilon], [1e30f, 1, 1e-30f, 1e30f], [5]];
        foreach (var guard in Enum.GetValues<LossGuard>())
        {
            foreach (var losses in batches)
            {
                var weights = Weigh(new ReweightingOptions { Strategy = strategy, Temperature = TemperatureSchedule.Constant(0.4), Guard = guard }, losses);
                Assert.All(weights, weight => Assert.InRange(weight, 0, 1.0001));
                Assert.Equal(1, weights.Sum(), 1e-5);
            }
        }
    }

    [Fact]
    public void KeepsASmallRangeOfLargeLosses()
    {
        // 1000 and 1000 + 2^-12: the paper's two terms would be of size 8e6 here, which float32 cannot tell apart.
        float[] losses = [1000, 1000 + (1 / 8192f), 1000 + (1 / 4096f)];
        var weights = WeightsOf(ReweightingStrategy.LinUpper, 1, losses);
        AssertClose([1 / (1 + (2 * Math.E)), Math.E / (1 + (2 * Math.E)), Math.E / (1 + (2 * Math.E))], weights, 1e-6);
    }

    [Fact]
    public void GuardsAgainstOneLossThatPushesAllOthersDown()
    {
        float[] losses = [.. Enumerable.Range(0, 99).Select(i => i / 100f), 1000];
        Assert.True(RatioWithinTheBulk(LossGuard.None) < 1.01);

        // The bulk's h is spread over [-1, 1] again.
        Assert.True(RatioWithinTheBulk(LossGuard.Clip) > 2.5);
        Assert.True(RatioWithinTheBulk(LossGuard.Log) > 1.5);

        double RatioWithinTheBulk(LossGuard guard)
        {
            var weights = Weigh(
                new ReweightingOptions { Strategy = ReweightingStrategy.LinUpper, Temperature = TemperatureSchedule.Constant(1), Guard = guard, ClipPercentile = 0.95 }, losses);
            return weights[98] / weights[0];
        }
    }

    [Fact]
    public void GoesFromUniformOverHighTemperaturesToTheLastOneAndBack()
    {
        var schedule = new TemperatureSchedule(Final: 0.4, Start: 10, BurnIn: 5, DecaySteps: 10, UniformFrom: 100);
        Assert.All(Enumerable.Range(0, 5), step => Assert.Equal(double.PositiveInfinity, schedule.At(step)));
        Assert.Equal(10, schedule.At(5), 1e-12);
        Assert.Equal(2, schedule.At(10), 1e-12);
        Assert.Equal(0.4, schedule.At(15), 1e-12);
        Assert.Equal(0.4, schedule.At(99), 1e-12);
        Assert.Equal(double.PositiveInfinity, schedule.At(100));
        for (var step = 6; step <= 15; step++)
        {
            Assert.Equal(Math.Pow(0.04, 0.1), schedule.At(step) / schedule.At(step - 1), 1e-9);
        }

        Assert.Equal(-2, (schedule with { Final = -0.4 }).At(10), 1e-12);

        var reweighter = new SampleReweighter(new ReweightingOptions { Strategy = ReweightingStrategy.LinUpper, Temperature = schedule });
        var weights = new float[4];
        var steps = Enumerable.Range(0, 101).Select(_ => reweighter.Weigh(Losses, weights)).ToArray();
        Assert.Equal(4, steps[4].EffectiveSampleSize, 1e-12);
        Assert.Equal(2.686, steps[15].EffectiveSampleSize, 5e-4);
        Assert.Equal(4, steps[100].EffectiveSampleSize, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void GoesOnFromAStoredStateWithTheSameBits(ReweightingStrategy strategy)
    {
        var options = new ReweightingOptions { Strategy = strategy, Temperature = new TemperatureSchedule(0.4, 10, 3, 10) };
        var whole = new SampleReweighter(options);
        var first = new SampleReweighter(options);
        for (var i = 0; i < 7; i++)
        {
            whole.Weigh([1, float.NaN, i], new float[3]);
            first.Weigh([1, float.NaN, i], new float[3]);
        }

        var second = new SampleReweighter(options);
        var reader = new MessagePackReader(Saved(first));
        second.Load(ref reader);
        var (expected, actual) = (new float[4], new float[4]);
        whole.Weigh(Losses, expected);
        second.Weigh(Losses, actual);

        Assert.Equal(expected, actual);
        Assert.Equal(Saved(whole), Saved(second));
        Assert.Equal(7, second.Masked);
    }

    [Fact]
    public void RefusesADamagedState()
    {
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        var message = new MessagePackWriter(writer);
        message.WriteHeader("sample-reweighter", 1, 8);
        message.Write(-1L);
        message.Write(0L);
        message.Write(0);
        message.Write(0);
        for (var i = 0; i < 4; i++)
        {
            message.Write(0.0);
        }

        message.Flush();
        var bytes = writer.WrittenMemory.ToArray();
        Assert.Throws<StateFormatException>(() =>
        {
            var reader = new MessagePackReader(bytes);
            Of(ReweightingStrategy.LinUpper, 1).Load(ref reader);
        });
    }

    /// <summary>Two workers, each with its part of a batch, against one with all of it: the mean of their gradients is its gradient.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void WeighsOverTheBatchOfAllWorkers(ReweightingStrategy strategy)
    {
        const int Workers = 4;
        const int Own = 16;
        var random = new Random(1);
        float[] inputs = [.. Enumerable.Range(0, Workers * Own * 3).Select(_ => (float)random.NextDouble())];
        float[] targets = [.. Enumerable.Range(0, Workers * Own).Select(_ => 10 * (float)random.NextDouble())];
        var losses = new float[Workers * Own];
        var gradients = new List<float[]>();
        using var network = NetworkFactory.Create(new MlpArchitecture(3, [8], 1), NetworkDevice.Cpu, Workers * Own, seed: 5);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 1e-30 } });

        // All gather first, then each goes on with its own.
        network.Forward(inputs, Workers * Own);
        trainer.Evaluate(targets).CopyTo(losses);
        var whole = new float[Workers * Own];
        Of(strategy, 0.4).Weigh(losses, whole);
        var expected = Gradient(0, Workers * Own, whole);
        for (var worker = 0; worker < Workers; worker++)
        {
            var weights = new float[Own];
            Of(strategy, 0.4).Weigh(losses, worker * Own, weights);
            Assert.Equal(whole.AsSpan(worker * Own, Own).ToArray(), weights);
            gradients.Add(Gradient(worker * Own, Own, weights));
        }

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradients.Average(gradient => gradient[i]), 1e-5f * Math.Max(1, Math.Abs(expected[i])));
        }

        float[] Gradient(int from, int count, float[] weights)
        {
            network.Forward(inputs.AsSpan(from * 3, count * 3), count);
            trainer.Evaluate(targets.AsSpan(from, count));
            trainer.Learn(weights);
            var gradient = new float[network.Architecture.Layout.Count];
            network.CopyGradient(gradient);
            return gradient;
        }
    }

    /// <summary>The loss is Σ w l with w constant: on a network that is its bias alone, dL/d bias = Σ w dl/d bias, on both backends.</summary>
    [Theory]
    [InlineData(NetworkDevice.Cpu)]
    [InlineData(NetworkDevice.TorchCpu)]
    public void NoGradientGoesThroughTheWeights(NetworkDevice device)
    {
        using var network = NetworkFactory.Create(new MlpArchitecture(1, [], 1), device, 4, seed: 1);
        network.SetParameters([0, 0]);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions { LearningRate = 1e-30 } });
        float[] targets = [.. Losses.Select(loss => MathF.Sqrt(2 * loss))];
        network.Forward([0, 0, 0, 0], 4);
        var losses = trainer.Evaluate(targets).ToArray();
        var scale = losses[0] / Losses[0];
        AssertClose([.. Losses.Select(loss => (double)loss * scale)], [.. losses.Select(loss => (double)loss)], 1e-5);

        var weights = new float[4];
        Of(ReweightingStrategy.LinUpper, 0.4).Weigh(losses, weights);
        trainer.Learn(weights);
        var gradient = new float[2];
        network.CopyGradient(gradient);

        // d/d bias of scale · (bias - target)² / 2 is -scale · target at 0.
        double[] w = [.034656, .120960, .422192, .422192];
        Assert.Equal(-scale * w.Zip(targets, (weight, target) => weight * target).Sum(), gradient.Max(MathF.Abs) * Math.Sign(gradient.Sum()), 1e-4);
    }

    [Fact]
    public void AllocatesNothingAfterTheFirstBatch()
    {
        var losses = Enumerable.Range(0, 64).Select(i => (float)i).ToArray();
        var weights = new float[64];
        foreach (var strategy in Enum.GetValues<ReweightingStrategy>())
        {
            foreach (var guard in Enum.GetValues<LossGuard>())
            {
                var reweighter = new SampleReweighter(new ReweightingOptions { Strategy = strategy, Temperature = TemperatureSchedule.Constant(1), Guard = guard });
                reweighter.Weigh(losses, weights);
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 100; i++)
                {
                    losses[i % 64] = i % 7 == 0 ? float.NaN : i;
                    reweighter.Weigh(losses, weights);
                }

                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    [Fact]
    public void RefusesOwnSamplesThatAreNotInTheBatch()
    {
        Assert.Throws<ArgumentException>(() => Of(ReweightingStrategy.LinUpper, 1).Weigh(Losses, 3, new float[2]));
        Assert.Throws<ArgumentException>(() => Of(ReweightingStrategy.LinUpper, 1).Weigh(Losses, -1, new float[2]));
    }

    [Theory]
    [InlineData("temperature", "0", "a number from 0.001")]
    [InlineData("temperature", "-1", "with reweighting = kl-dro")]
    [InlineData("temperature-start", "0.5", "1, the size of temperature, or more")]
    [InlineData("reweighting", "upper", "one of uniform, lin-upper, quadratic, extremes, kl-dro, top-k")]
    [InlineData("loss-guard", "huber", "one of none, log, clip")]
    public void RefusesSettingsThatCannotBeUsed(string name, string value, string expected)
    {
        var problem = Assert.Throws<OptionException>(() =>
            ReweightingOptions.From(new OptionSet("learner", new Dictionary<string, string> { [name] = value })));
        Assert.Contains($"learner.{name}", problem.Message, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsItsOwnDefaults()
    {
        var texts = OptionSet.Texts([.. ReweightingOptions.Texts()]);
        Assert.Equal(new ReweightingOptions(), ReweightingOptions.From(new OptionSet("learner", texts)));
        Assert.Equal(new ReweightingOptions(), ReweightingOptions.From(OptionSet.Defaults));
        Assert.Equal(
            -0.5, ReweightingOptions.From(new OptionSet("learner", new Dictionary<string, string> { ["reweighting"] = "kl-dro", ["temperature"] = "-0.5" })).Temperature.Final);
    }

    private static SampleReweighter Of(ReweightingStrategy strategy, double temperature) =>
        new(new ReweightingOptions { Strategy = strategy, Temperature = TemperatureSchedule.Constant(temperature) });

    /// <summary>The weights with the sum 1.</summary>
    private static double[] WeightsOf(ReweightingStrategy strategy, double temperature, float[] losses) =>
        Weigh(new ReweightingOptions { Strategy = strategy, Temperature = TemperatureSchedule.Constant(temperature) }, losses);

    private static double[] Weigh(ReweightingOptions options, float[] losses)
    {
        var weights = new float[losses.Length];
        new SampleReweighter(options).Weigh(losses, weights);
        return [.. weights.Select(weight => (double)weight / losses.Length)];
    }

    private static byte[] Saved(SampleReweighter reweighter)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        reweighter.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ReweightingStrategy Of3(int which) => (ReweightingStrategy)(1 + (Math.Abs((long)which) % 3));

    private static IEnumerable<double> Usable(float[] drawn) => drawn.Append(1).Append(2.5f).Select(loss => (double)Math.Abs(Finite(loss) % 100));

    private static double Finite(double value) => double.IsFinite(value) ? value : 1;

    private static float Finite(float value) => float.IsFinite(value) ? value : 1;

    private static void AssertClose(double[] expected, double[] actual, double within)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], within);
        }
    }
}
