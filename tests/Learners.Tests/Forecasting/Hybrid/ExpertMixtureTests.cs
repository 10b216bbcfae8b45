using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Forecasting.Hybrid;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Forecasting.Hybrid;

public sealed class ExpertMixtureTests
{
    private static readonly HybridOptions Options = new() { MixtureRate = 0.3, FixedShare = 0.01, Confidence = 1.645, MinSamples = 12 };

    /// <summary>The formulas of the remarks, over the whole history.</summary>
    [Property(MaxTest = 100)]
    public void Given_any_forecasts_and_targets_When_they_are_learned_Then_weights_and_proof_are_those_of_the_formulas(
        byte experts, byte horizon, byte bias, int seed)
    {
        var (n, h) = (2 + (experts % 4), 1 + (horizon % 12));
        var mixture = new ExpertMixture(Options, n, h);
        var noise = new Noise(seed);
        double[] weights = [.. Enumerable.Repeat(1.0 / n, n)];
        var scale = 0.0;
        var gains = new List<double>();
        var proved = false;
        for (var t = 0; t < 200; t++)
        {
            if (t == 120)
            {
                mixture.Restart();
                gains.Clear();
                proved = false;
            }

            var target = 10 * noise.Next();
            double[] forecasts = [.. Enumerable.Range(0, n).Select(e => target + (noise.Next() * (1 + e)) + (e == 0 ? bias / 100.0 : 0))];
            var mixed = mixture.Mix(forecasts);
            Assert.Equal(weights.Zip(forecasts).Sum(pair => pair.First * pair.Second), mixed, 1e-9);
            mixture.Learn(target, forecasts, mixed);

            var error = forecasts.Average(forecast => Math.Abs(forecast - target));
            scale = t == 0 ? error : scale + (0.01 * (error - scale));
            var sign = mixed > target ? 1 : -1;
            double[] raised = [.. weights.Zip(forecasts).Select(pair => pair.First * Math.Exp(-0.3 * sign * Math.Clamp((pair.Second - mixed) / scale, -4, 4)))];
            weights = [.. raised.Select(weight => (0.99 * weight / raised.Sum()) + (0.01 / n))];
            gains.Add(Math.Clamp((Math.Abs(target - forecasts[0]) - Math.Abs(target - mixed)) / scale, -4, 4));
            var mean = gains.Average();
            var error1 = Math.Sqrt(gains.Average(gain => (gain - mean) * (gain - mean)) / (gains.Count / (double)h));
            proved |= gains.Count >= 12 && gains.Count >= 2 * h && mean > 0 && mean >= 1.645 * error1;

            Assert.All(weights.Zip(mixture.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
            Assert.Equal(proved, mixture.IsProved);
        }
    }

    [Property(MaxTest = 200)]
    public void Given_any_finite_numbers_When_they_are_learned_Then_weights_are_shares_and_the_mixture_is_finite(double[] numbers, bool extreme)
    {
        var mixture = new ExpertMixture(Options with { MixtureRate = 10, FixedShare = extreme ? 0 : 0.001 }, experts: 2, horizon: 1);
        double[] finite = [.. numbers.Where(double.IsFinite), double.MaxValue, -double.MaxValue, 0, double.Epsilon, -double.MaxValue];
        for (var i = 0; i < 3 * finite.Length; i++)
        {
            double[] forecasts = [finite[i % finite.Length], finite[(i + 1) % finite.Length]];
            var mixed = mixture.Mix(forecasts);
            Assert.True(double.IsFinite(mixed), $"{mixed}");
            mixture.Learn(finite[(i + 2) % finite.Length], forecasts, mixed);
            Assert.Equal(1, mixture.Weights.ToArray().Sum(), 1e-9);
            Assert.All(mixture.Weights.ToArray(), weight => Assert.InRange(weight, 0, 1));
            Assert.Equal(Save(mixture), Save(Loaded(Save(mixture))));
        }
    }

    [Fact]
    public void Given_experts_without_any_error_When_they_are_learned_Then_nothing_changes()
    {
        var mixture = new ExpertMixture(Options, experts: 2, horizon: 1);
        for (var i = 0; i < 100; i++)
        {
            mixture.Learn(3, [3, 3], 3);
        }

        Assert.Equal([0.5, 0.5], mixture.Weights.ToArray());
        Assert.False(mixture.IsProved);
    }

    /// <summary>A bug that there was: such weights became NaN at the next target.</summary>
    [Fact]
    public void Given_stored_weights_that_are_no_shares_of_one_When_they_are_loaded_Then_they_are_refused()
    {
        var state = Save(new ExpertMixture(Options, experts: 2, horizon: 1));
        var half = state.AsSpan().IndexOf(BitConverter.GetBytes(0.5).Reverse().ToArray());
        state.AsSpan(half, 8).Clear();

        Assert.Throws<StateFormatException>(() => Loaded(state));
    }

    private static byte[] Save(ExpertMixture mixture)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        mixture.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ExpertMixture Loaded(byte[] state)
    {
        var mixture = new ExpertMixture(Options, experts: 2, horizon: 1);
        var reader = new MessagePackReader(state);
        mixture.Load(ref reader);
        return mixture;
    }
}
