using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Drift;

/// <summary>What every detector of the catalogue must do.</summary>
public sealed class DriftConformanceTests
{
    private const long MostBytesToLoad = 128 * 1024;

    private static readonly string[] Unusable = ["eleven", "-1", "NaN", "1e300", ""];
    private static readonly double[] Units = [1e-90, 1e-9, 3.7, 1e9, 1e90];
    private static readonly double[] Origins = [-1000, 0.25, 1e6];

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_its_published_settings_When_they_are_set_Then_nothing_changes_and_an_unusable_one_is_refused_by_its_path(string kind)
    {
        var registration = DriftDetectorCatalog.Find(kind)!;
        var published = registration.Detector(new OptionSet("detector", registration.Options), 1);
        var values = DetectorUnderTest.Steps(5000);
        var byDefault = DetectorUnderTest.Create(kind);

        Assert.Equal(byDefault.Alarms(values), published.Alarms(values));
        Assert.Equal(byDefault.Save(), published.Save());
        Assert.All(registration.Options.Keys, name =>
        {
            foreach (var bad in Unusable)
            {
                var refusal = Assert.Throws<OptionException>(() => DetectorUnderTest.Create(kind, 1, $"{name}={bad}"));
                Assert.Equal("detector." + name, refusal.Path);
            }
        });
    }

    [Fact]
    public void Given_the_catalogue_Then_each_detector_has_a_name_of_its_own_a_summary_and_a_cool_down()
    {
        Assert.Equal(["adwin", "page-hinkley", "ddm", "kswin"], DriftDetectorCatalog.All.Select(detector => detector.Kind));
        Assert.Equal("adwin, page-hinkley, ddm, kswin", DriftDetectorCatalog.Kinds);
        Assert.Null(DriftDetectorCatalog.Find("none"));
        Assert.All(DriftDetectorCatalog.All, detector =>
        {
            Assert.NotEmpty(detector.Summary);
            Assert.Equal(detector.Kind == "kswin" ? "100" : "200", detector.Options["cool-down"]);
        });
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_the_same_values_and_seed_When_two_watch_Then_alarms_and_state_are_the_same_bits(string kind)
    {
        var values = DetectorUnderTest.Steps(8000);
        var (one, other) = (DetectorUnderTest.Create(kind, 5), DetectorUnderTest.Create(kind, 5));

        var alarms = one.Alarms(values);

        Assert.True(alarms.Length > 3, $"{alarms.Length} alarms.");
        Assert.Equal(alarms, other.Alarms(values));
        Assert.Equal(one.Save(), other.Save());
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_state_stored_at_any_point_When_it_is_loaded_Then_alarms_and_state_go_on_to_the_bit(string kind)
    {
        var values = DetectorUnderTest.Steps(3000);
        foreach (var cut in Enumerable.Range(0, 40).Concat([99, 100, 101, 129, 130, 131, 413, 500, 811, 850, 1234, 2500]))
        {
            var original = DetectorUnderTest.Create(kind, 7);
            original.Alarms(values[..cut]);
            var stored = original.Save();

            // Whatever seed it was made with and has seen: the state is all there is.
            var copy = DetectorUnderTest.Create(kind, 8);
            copy.Alarms(values[..777]);
            copy.Load(stored);

            Assert.Equal(stored, copy.Save());
            Assert.Equal(original.Alarms(values[cut..]), copy.Alarms(values[cut..]));
            Assert.Equal(original.Save(), copy.Save());
        }
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_a_detector_that_has_seen_much_When_it_is_reset_Then_it_is_as_it_was_made(string kind)
    {
        var values = DetectorUnderTest.Steps(3000);
        var detector = DetectorUnderTest.Create(kind);
        var alarms = detector.Alarms(values);

        detector.Reset();

        Assert.Equal(DetectorUnderTest.Create(kind).Save(), detector.Save());
        Assert.Equal(alarms, detector.Alarms(values));
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_values_that_are_not_finite_When_they_come_Then_they_are_ignored(string kind)
    {
        var values = DetectorUnderTest.Steps(3000);
        var (clean, disturbed) = (DetectorUnderTest.Create(kind), DetectorUnderTest.Create(kind));
        foreach (var value in values)
        {
            Assert.False(disturbed.Add(double.NaN));
            Assert.False(disturbed.Add(double.PositiveInfinity));
            Assert.False(disturbed.Add(double.NegativeInfinity));
            Assert.Equal(clean.Add(value), disturbed.Add(value));
        }

        Assert.Equal(clean.Save(), disturbed.Save());
    }

    [Theory]
    [MemberData(nameof(DetectorRows.AllWithHardSeries), MemberType = typeof(DetectorRows))]
    public void Given_numbers_that_arithmetic_breaks_on_When_they_come_Then_the_state_stays_finite_small_and_can_be_loaded(
        string kind, string series)
    {
        var detector = DetectorUnderTest.Create(kind);
        for (var at = 0; at < 3000; at++)
        {
            detector.Add(HardSeries.All[series](at, 0));
            if (at % 50 == 0)
            {
                var state = detector.Save();
                Assert.All(detector.Numbers(kind), AssertFinite);
                Assert.InRange(state.Length, 1, 4096);
                Assert.Equal(state, DetectorUnderTest.Create(kind).Load(state).Save());
            }
        }
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_a_stream_that_stands_still_Then_there_is_no_alarm(string kind)
    {
        foreach (var constant in new[] { 0, 1, -7.3, 0.1, 1e300, -1e300, 1e-300, double.Epsilon, double.MaxValue })
        {
            Assert.Empty(DetectorUnderTest.Create(kind).Alarms(Enumerable.Repeat(constant, 20_000)));
        }
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_a_stream_that_stood_still_When_it_jumps_Then_there_is_one_alarm(string kind)
    {
        (double, double)[] jumps = [(0, 1e-90), (0, 1e300), (5, 6), (1e99, 1.1e99), (-1e300, 1e300), (1e-90, 2e-90), (1e-300, 1)];
        foreach (var (before, after) in jumps)
        {
            double[] values = [.. Enumerable.Repeat(before, 1000), .. Enumerable.Repeat(after, 1000)];
            var alarm = Assert.Single(DetectorUnderTest.Create(kind).Alarms(values));
            Assert.InRange(alarm, 1000, 1100);
        }
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_the_same_values_in_another_unit_Then_alarms_are_the_same(string kind)
    {
        var values = DetectorUnderTest.Steps(8000);
        var alarms = DetectorUnderTest.Create(kind).Alarms(values);

        Assert.All(
            Units,
            unit => Assert.Equal(alarms, DetectorUnderTest.Create(kind).Alarms(values.Select(value => value * unit))));
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_the_same_values_from_another_origin_Then_alarms_are_the_same(string kind)
    {
        var values = DetectorUnderTest.Steps(8000);
        var alarms = DetectorUnderTest.Create(kind).Alarms(values);

        Assert.All(
            Origins,
            origin => Assert.Equal(alarms, DetectorUnderTest.Create(kind).Alarms(values.Select(value => value + origin))));
    }

    [Theory]
    [InlineData("ddm")]
    [InlineData("kswin")]
    public void Given_values_of_the_same_order_When_it_looks_at_order_only_Then_alarms_are_the_same(string kind)
    {
        var values = DetectorUnderTest.Steps(8000);

        Assert.Equal(
            DetectorUnderTest.Create(kind).Alarms(values),
            DetectorUnderTest.Create(kind).Alarms(values.Select(value => Math.Exp(20 * value))));
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_a_detector_that_has_warmed_up_When_it_goes_on_Then_nothing_is_allocated(string kind)
    {
        var detector = DetectorUnderTest.Create(kind);
        var values = DetectorUnderTest.Steps(4096);
        var at = 0;

        CpuAllocationTests.AssertNoAllocation(() => detector.Add(values[at++ % values.Length]), steps: 20_000);
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_state_that_is_cut_off_foreign_or_of_another_version_When_it_is_loaded_Then_it_is_refused_and_the_detector_is_reset(
        string kind)
    {
        var detector = DetectorUnderTest.Create(kind);
        detector.Alarms(DetectorUnderTest.Steps(950));
        var state = detector.Save();
        byte[][] refused =
        [
            .. Enumerable.Range(0, state.Length).Select(length => state[..length]),
            .. DriftDetectorCatalog.All.Where(other => other.Kind != kind).Select(other => DetectorUnderTest.Create(other.Kind).Save()),
            StoredState.OfNextVersion(state),
            StoredState.OfNextVersion(state, kind),
            "{\"state\": \"of something else\"}"u8.ToArray(),
        ];

        Assert.All(refused, bytes =>
        {
            Assert.Throws<StateFormatException>(() => detector.Load(bytes));
            Assert.Equal(DetectorUnderTest.Create(kind).Save(), detector.Save());
            detector.Load(state);
        });
    }

    [Theory]
    [MemberData(nameof(DetectorRows.All), MemberType = typeof(DetectorRows))]
    public void Given_damaged_bytes_When_the_state_is_loaded_Then_it_is_refused_or_harmless_but_never_another_exception(string kind)
    {
        var values = DetectorUnderTest.Steps(200);
        var random = new Random(31337);
        var refused = 0;
        foreach (var seen in new[] { 0, 20, 119, 613, 950, 5000 })
        {
            var original = DetectorUnderTest.Create(kind);
            original.Alarms(DetectorUnderTest.Steps(seen));
            var state = original.Save();
            for (var round = 0; round < 2000; round++)
            {
                var damaged = state.ToArray();
                for (var wound = 0; wound <= round % 3; wound++)
                {
                    damaged[random.Next(round % 2 == 0 ? state.Length : Math.Min(state.Length, 60))] = (byte)random.Next(256);
                }

                var detector = DetectorUnderTest.Create(kind);
                var isLoaded = false;
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    detector.Load(damaged);
                    isLoaded = true;
                }
                catch (StateFormatException)
                {
                    refused++;
                }

                // Nothing is taken on the word of a length that is damaged.
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesToLoad + (16 * state.Length));
                if (!isLoaded)
                {
                    continue;
                }

                detector.Alarms(values);
                Assert.All(detector.Numbers(kind), AssertFinite);
                Assert.Equal(detector.Save(), DetectorUnderTest.Create(kind).Load(detector.Save()).Save());
            }
        }

        Assert.InRange(refused, 1, 11_999);
    }

    private static void AssertFinite(double number) => Assert.True(double.IsFinite(number), $"{number} is not finite.");
}
