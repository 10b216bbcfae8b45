using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class ThresholdAlertTests
{
    private static readonly int[] OneTwoFour = [1, 2, 4];

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void Given_forecasts_with_biased_noise_When_it_has_run_long_Then_values_are_above_the_bound_with_the_probability(
        double probability)
    {
        var noise = new Noise(3);
        var alert = new ThresholdAlert([1], 0, probability);
        var (above, steps, bound) = (0, 0, double.NaN);
        for (var step = 0; step < 20_000; step++)
        {
            var value = 5 + noise.Next();
            if (step > 1000)
            {
                above += value > bound ? 1 : 0;
                steps++;
            }

            alert.Step(step, value, [1.0], judged: false, out var change);
            bound = change.Bound;
        }

        Assert.InRange(above / (double)steps, probability - 0.01, probability + 0.01);
    }

    [Fact]
    public void Given_exact_forecasts_When_the_value_goes_above_and_back_Then_the_alert_is_raised_at_the_nearest_horizon_and_cleared()
    {
        double[] values = [1, 1, 1, 1, 1, 1, 1, 9, 9, 1, 1, 1, 1, 1, 1, 1, 1];
        var alert = new ThresholdAlert(OneTwoFour, 5, 0.5);
        var changes = new List<(int Step, AlertChange Change)>();
        for (var step = 0; step < values.Length - 4; step++)
        {
            if (alert.Step(step, values[step], [.. OneTwoFour.Select(horizon => values[step + horizon])], judged: true, out var change))
            {
                changes.Add((step, change));
            }
        }

        // The first horizon has two errors at step 2. The value is 9 at steps 7 and 8: seen from 3, 4 (by horizon 4), 5, 6, 7.
        Assert.Equal(
            [(5, new AlertChange(true, 2, 9, 9, 5)), (8, new AlertChange(false, 1, 1, 1, 5))],
            changes.Select(row => (row.Step, row.Change)));
        Assert.Equal(1, alert.Raised);
        Assert.False(alert.IsRaised);

        // 2 is judged and quiet, with nothing above in 3..6; 3 and 4 are quiet misses; 5, 6, 7 are right; 8 is right to be quiet.
        Assert.Equal(new AlertCounts(TruePositives: 3, FalsePositives: 0, Misses: 2, TrueNegatives: 1), alert.Counts);
        Assert.Equal((1.0, 0.6), (alert.Counts.Precision, alert.Counts.Recall));
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.3)]
    [InlineData(3, 0.1)]
    public void Given_any_series_with_gaps_When_it_is_watched_Then_the_counts_are_those_of_looking_back_at_all_of_it(
        int seed, double probability)
    {
        var random = new Random(seed);
        var alert = new ThresholdAlert(OneTwoFour, 1.2, probability);
        var values = new SortedDictionary<long, double>();
        var said = new SortedDictionary<long, bool>();
        var step = 0L;
        for (var i = 0; i < 600; i++)
        {
            var value = Math.Sin(i * 0.2) + random.NextDouble();
            var judged = i >= 15 && random.NextDouble() < 0.9;
            alert.Step(step, value, [.. OneTwoFour.Select(horizon => Math.Sin((i + horizon) * 0.2) + 0.5)], judged, out _);
            values.Add(step, value);

            // From step 15 on every horizon has the ten errors that the smallest of the probabilities needs.
            if (judged)
            {
                said.Add(step, alert.IsRaised);
            }

            step += i < 20 || random.NextDouble() < 0.8 ? 1 : random.NextInt64(1, random.Next(20) == 0 ? 1L << 40 : 7);
        }

        var expected = default(AlertCounts);
        foreach (var (at, raised) in said.Where(row => row.Key + 4 < values.Keys.Max()))
        {
            var within = values.Where(row => row.Key > at && row.Key <= at + 4).ToArray();
            if (within.Length > 0)
            {
                var came = within.Any(row => row.Value > 1.2);
                expected += new AlertCounts(
                    raised && came ? 1 : 0, raised && !came ? 1 : 0, !raised && came ? 1 : 0, !raised && !came ? 1 : 0);
            }
        }

        // The last four steps may have been judged early, because the value has come above already.
        var early = alert.Counts
            + new AlertCounts(-expected.TruePositives, -expected.FalsePositives, -expected.Misses, -expected.TrueNegatives);
        Assert.InRange(early.TruePositives + early.Misses, 0, 4);
        Assert.Equal((0L, 0L), (early.FalsePositives, early.TrueNegatives));
        Assert.True(expected is { TruePositives: > 10, FalsePositives: > 5, Misses: > 0, TrueNegatives: > 10 }, $"{expected}");
    }

    [Fact]
    public void Given_too_few_errors_for_the_probability_When_the_forecast_is_above_Then_there_is_no_alert_yet()
    {
        var alert = new ThresholdAlert([1], 5, 0.1);
        var raised = Enumerable.Range(0, 12).First(step => alert.Step(step, 9, [9.0], judged: true, out _));

        // Ten errors, the first of them at step 1.
        Assert.Equal(10, raised);
        Assert.Equal(default, alert.Counts);
        alert.Step(11, 9, [9.0], judged: true, out _);
        alert.Step(12, 9, [9.0], judged: true, out _);
        Assert.Equal(2, alert.Counts.TruePositives);
    }

    [Fact]
    public void Given_a_jump_of_nearly_all_steps_there_are_When_it_goes_on_Then_it_costs_no_time()
    {
        var alert = new ThresholdAlert([1, 3], 0.5, 0.5);
        alert.Step(7, 1, [1.0, 1], judged: true, out _);
        alert.Step(long.MaxValue - 2, 1, [1.0, 1], judged: true, out _);
        alert.Step(long.MaxValue - 1, 1, [1.0, 1], judged: true, out _);

        Assert.Throws<ArgumentOutOfRangeException>(() => alert.Step(8, 1, [1.0, 1], judged: true, out _));
    }

    [Fact]
    public void Given_state_stored_at_any_step_When_it_is_loaded_Then_it_goes_on_to_the_bit()
    {
        var noise = new Noise(8);
        var alert = new ThresholdAlert(OneTwoFour, 0.5, 0.3);
        var loaded = new ThresholdAlert(OneTwoFour, 0.5, 0.3);
        for (var step = 0; step < 300; step++)
        {
            if (step % 9 == 4)
            {
                continue;
            }

            var (value, said) = (noise.Next(), noise.Take(3));
            var changed = alert.Step(step, value, said, judged: true, out var change);
            Assert.Equal(changed, loaded.Step(step, value, said, judged: true, out var other));
            Assert.Equal(change, other);
            loaded = Load(Save(alert), new ThresholdAlert(OneTwoFour, 0.5, 0.3));
            Assert.Equal(Save(alert), Save(loaded));
        }

        Assert.Equal(alert.Counts, loaded.Counts);
        var refusal = Assert.Throws<StateFormatException>(() => Load(Save(alert), new ThresholdAlert(OneTwoFour, 0.6, 0.3)));
        Assert.Equal(
            "Stored state has an alert at 0.5 with probability 0.3 and horizons [1, 2, 4]; expected 0.6, 0.3 and [1, 2, 4].",
            refusal.Message);
    }

    private static byte[] Save(ThresholdAlert alert)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        alert.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ThresholdAlert Load(byte[] state, ThresholdAlert alert)
    {
        var reader = new MessagePackReader(state);
        alert.Load(ref reader);
        Assert.True(reader.End);
        return alert;
    }
}
