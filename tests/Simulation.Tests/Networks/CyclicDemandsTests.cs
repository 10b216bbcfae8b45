using StreamLearn.Simulation.Networks;
using Xunit.Abstractions;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class CyclicDemandsTests(ITestOutputHelper output)
{
    private static readonly Topology European = Topology.European();
    private static readonly CyclicDemandsOptions Noiseless = new() { LeastNoise = 0, MostNoise = 0 };

    [Fact]
    public void Given_the_same_seed_then_every_demand_has_the_same_bits_and_another_seed_gives_others()
    {
        var demands = new CyclicDemands(European, new CyclicDemandsOptions { Seed = 5 });

        Assert.Equal(Bits(demands), Bits(demands));
        Assert.Equal(Bits(demands), Bits(new CyclicDemands(European, new CyclicDemandsOptions { Seed = 5 })));
        Assert.NotEqual(Bits(demands), Bits(new CyclicDemands(European, new CyclicDemandsOptions { Seed = 6 })));
    }

    [Fact]
    public void Given_four_weeks_without_noise_then_the_regression_on_the_three_periods_finds_the_amplitudes_and_nothing_else()
    {
        const int Bins = 4 * 2016;
        var demands = new CyclicDemands(European, Noiseless);
        int[] pairs = [1, 13 * 28 + 19, 755, 28 * 28 - 2];
        var series = Collect(demands, Bins, pairs);

        for (var place = 0; place < pairs.Length; place++)
        {
            var mean = demands.MeanMegabits[pairs[place]];
            // Whole numbers of all periods: sines and cosines are orthogonal, so that each coefficient is a mean of products.
            Assert.Equal(mean, series[place].Average(), 1e-9 * mean);
            var power = 0.0;
            foreach (var (cycle, hours, amplitude) in new[] { (0, 24, 0.4), (1, 12, 0.15), (2, 168, 0.1) })
            {
                var found = Amplitude(series[place], hours) / mean;
                Assert.Equal(demands.AmplitudeOf(pairs[place], cycle), found, 1e-9);
                Assert.InRange(found, 0.7 * amplitude, 1.3 * amplitude);
                power += found * found / 2;
            }

            Assert.Equal(power, series[place].Average(value => Math.Pow(value / mean - 1, 2)), 1e-9);
        }
    }

    [Fact]
    public void Given_no_jitter_then_the_day_peaks_at_15_hours_half_way_between_the_time_zones()
    {
        var options = Noiseless with { Cycles = [new(24, 0.4, 15)], PhaseJitter = 0, AmplitudeJitter = 0 };
        int[] pairs = [Pair("London", "Dublin"), Pair("Paris", "Berlin"), Pair("London", "Athens")];

        var series = Collect(new CyclicDemands(European, options), 288, pairs);

        Assert.Equal([15 * 12, 14 * 12, 14 * 12], series.Select(demand => Array.IndexOf(demand, demand.Max())));
        Assert.All(series, demand => Assert.Equal(1.4, demand.Max() / demand.Average(), 1e-9));
    }

    [Fact]
    public void Given_the_weekly_cycle_then_it_peaks_on_Wednesday_noon_whatever_day_the_run_begins()
    {
        var options = Noiseless with { Cycles = [new(168, 0.1, 60)], PhaseJitter = 0, Start = LinkLoads.AbileneStart.AddDays(5) };

        var demand = Assert.Single(Collect(new CyclicDemands(European, options), 2016, [Pair("London", "Dublin")]));

        Assert.Equal(((2 + 2) * 24 + 12) * 12, Array.IndexOf(demand, demand.Max()));
    }

    [Fact]
    public void Given_noise_then_it_is_AR_1_with_the_pairs_own_deviation()
    {
        const int Bins = 30_000;
        var noisy = new CyclicDemands(European);
        int[] pairs = [1, 2, 3, 200, 501, 755];
        var deviations = pairs.Select(pair => noisy.NoiseDeviations[pair]).ToArray();
        Assert.All(noisy.NoiseDeviations.ToArray(), deviation => Assert.InRange(deviation, 0.02, 0.05));

        var with = Collect(noisy, Bins, pairs);
        var without = Collect(new CyclicDemands(European, Noiseless), Bins, pairs);

        for (var place = 0; place < pairs.Length; place++)
        {
            var noise = with[place].Zip(without[place], (value, calm) => value / calm - 1).ToArray();
            var variance = noise.Average(value => value * value);
            var memory = noise.Zip(noise[1..], (now, next) => now * next).Average() / variance;
            output.WriteLine($"deviation {Math.Sqrt(variance):f4} of {deviations[place]:f4}, memory {memory:f3}");
            // Standard error of the variance, with correlated values: sqrt(2 (1 + 0.64) / (1 - 0.64) / n) = 1.7 %, half of it for the deviation.
            Assert.Equal(deviations[place], Math.Sqrt(variance), 0.04 * deviations[place]);
            Assert.Equal(0.8, memory, 0.02);
        }
    }

    [Fact]
    public void Given_the_defaults_then_demands_follow_gravity_and_the_busiest_link_is_loaded_to_40_percent()
    {
        var demands = new CyclicDemands(European);
        var loads = new double[82];
        new ShortestPathRouting(European).RouteLoads(demands.MeanMegabits, loads);
        output.WriteLine($"total {demands.MeanMegabits.ToArray().Sum():f0} Mbit/s, loads {loads.Min():f0} to {loads.Max():f0}, mean {loads.Average():f0}");

        Assert.Equal(0.4 * 10_000, loads.Max(), 1e-6);
        Assert.All(Enumerable.Range(0, 28), node => Assert.Equal(0, demands.MeanMegabits[node * 29]));
        // 13.5 x 13.0 / 350 km and 13.5 x 4.6 / (331 + 390 + 244) km.
        Assert.Equal(
            13.5 * 13.0 / 350 / (13.5 * 4.6 / 965),
            demands.MeanMegabits[Pair("London", "Paris")] / demands.MeanMegabits[Pair("London", "Berlin")],
            1e-9);
    }

    [Fact]
    public void Given_base_demands_or_a_total_then_these_are_the_means()
    {
        var line = Graphs.OfCables(3, (0, 1, 1), (1, 2, 1));

        var given = new CyclicDemands(line, new CyclicDemandsOptions { BaseMegabits = [9, 1, 2, 3, 9, 4, 5, 6, 9] });
        var total = new CyclicDemands(line, new CyclicDemandsOptions { TotalMegabits = 500 });

        Assert.Equal([0, 1, 2, 3, 0, 4, 5, 6, 0], given.MeanMegabits.ToArray());
        Assert.Equal(500, total.MeanMegabits.ToArray().Sum(), 1e-9);
    }

    [Fact]
    public void Given_cycles_deeper_than_the_mean_then_no_demand_is_below_zero()
    {
        var options = new CyclicDemandsOptions { Cycles = [new(24, 2, 12)] };

        var series = Assert.Single(Collect(new CyclicDemands(European, options), 288, [1]));

        Assert.Equal(0, series.Min());
    }

    [Fact]
    public void Given_options_out_of_range_then_the_error_names_the_option()
    {
        (CyclicDemandsOptions Options, string Name)[] wrong =
        [
            (new() { Cycles = [new(0, 0.1, 0)] }, "Cycles: expected hours above 0, found 0"),
            (new() { Cycles = [new(24, -1, 0)] }, "Cycles"),
            (new() { Cycles = [new(24, 1, double.NaN)] }, "Cycles"),
            (new() { AmplitudeJitter = 2 }, "AmplitudeJitter"),
            (new() { PhaseJitter = 0.6 }, "PhaseJitter"),
            (new() { LeastNoise = -1 }, "LeastNoise"),
            (new() { MostNoise = 0.01 }, "MostNoise: expected from LeastNoise, 0.02, to 1, found 0.01"),
            (new() { NoiseMemory = 1 }, "NoiseMemory"),
            (new() { BaseMegabits = [1, 2] }, "BaseMegabits: expected 28 x 28 demands, found 2"),
            (new() { TotalMegabits = 0 }, "TotalMegabits"),
            (new() { BusiestUtilisation = double.NaN }, "BusiestUtilisation"),
            (new() { Sites = [] }, "Sites"),
        ];

        Assert.All(wrong, row =>
        {
            var error = Assert.Throws<ArgumentException>(() => new CyclicDemands(European, row.Options));
            Assert.Contains(row.Name, error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Given_a_running_source_then_a_bin_allocates_nothing()
    {
        using var bins = new CyclicDemands(European).ReadBins().GetEnumerator();
        Assert.True(bins.MoveNext());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var bin = 0; bin < 100; bin++)
            bins.MoveNext();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Pair(string source, string destination) =>
        European.Nodes.ToList().IndexOf(source) * 28 + European.Nodes.ToList().IndexOf(destination);

    private static long[] Bits(CyclicDemands demands) =>
        [.. demands.ReadBins().Take(50).SelectMany(bin => bin.ToArray()).Select(BitConverter.DoubleToInt64Bits)];

    private static double[][] Collect(CyclicDemands demands, int bins, int[] pairs)
    {
        var series = Array.ConvertAll(pairs, _ => new double[bins]);
        var bin = 0;
        foreach (var matrix in demands.ReadBins().Take(bins))
        {
            for (var place = 0; place < pairs.Length; place++)
                series[place][bin] = matrix.Span[pairs[place]];
            bin++;
        }

        return series;
    }

    private static double Amplitude(double[] series, double hours)
    {
        var cosine = series.Select((value, bin) => value * Math.Cos(2 * Math.PI * bin / (12 * hours))).Average();
        var sine = series.Select((value, bin) => value * Math.Sin(2 * Math.PI * bin / (12 * hours))).Average();
        return 2 * Math.Sqrt(cosine * cosine + sine * sine);
    }
}
