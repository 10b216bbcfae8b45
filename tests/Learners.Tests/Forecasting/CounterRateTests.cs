using MessagePack;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Forecasting;

public sealed class CounterRateTests
{
    private const ulong Top = ulong.MaxValue;

    [Fact]
    public void Given_octets_every_five_minutes_When_they_are_read_Then_the_rate_is_in_the_scaled_unit()
    {
        var counter = new CounterRate(new CounterOptions(ValueKind.Counter64) { Scale = 8e-6 });

        Assert.Equal([null, 8.0, 0.0, 4.0], Rates(counter, (0, 1_000), (300, 300_001_000), (600, 300_001_000), (1200, 600_001_000)));
    }

    [Fact]
    public void Given_readings_above_two_to_the_53rd_When_they_differ_by_one_Then_the_rate_is_one() =>
        Assert.Equal([null, 1.0, 1.0],
            Rates(new(new CounterOptions(ValueKind.Counter64)), (0, (1ul << 62) + 1), (1, (1ul << 62) + 2), (2, (1ul << 62) + 3)));

    [Fact]
    public void Given_32_bits_When_they_wrap_with_a_plausible_rate_Then_the_rate_goes_on()
    {
        var counter = new CounterRate(new CounterOptions(ValueKind.Counter32));

        Assert.Equal([null, 100.0, 1000.0, 10.0], Rates(counter, (0, uint.MaxValue - 199), (1, uint.MaxValue - 99), (2, 900), (3, 910)));
    }

    [Theory]
    [InlineData(ValueKind.Counter32, 0, (ulong)uint.MaxValue, 999, 1000.0)]
    [InlineData(ValueKind.Counter32, 0, (ulong)uint.MaxValue, 1000, null)]
    [InlineData(ValueKind.Counter32, 500, (ulong)uint.MaxValue, 499, 500.0)]
    [InlineData(ValueKind.Counter32, 500, (ulong)uint.MaxValue, 500, null)]
    [InlineData(ValueKind.Counter64, 0, Top, 999, 1000.0)]
    [InlineData(ValueKind.Counter64, 0, Top, 1000, null)]
    [InlineData(ValueKind.Counter64, 0, (1ul << 63) - 5, 3, null)]
    [InlineData(ValueKind.Counter64, 2e18, (1ul << 63) + 5, 3, null)]
    [InlineData(ValueKind.Counter64, 2e19, (1ul << 63) + 5, 3, 9.223372036854775806e18)]
    public void Given_a_reading_below_the_last_one_When_the_largest_rate_says_so_Then_it_is_a_wrap_else_a_reset(
        ValueKind kind, double maxRate, ulong last, ulong reading, double? rate)
    {
        var counter = new CounterRate(new CounterOptions(kind) { MaxRate = maxRate });
        Assert.Equal([null, 100.0], Rates(counter, (0, last - 100), (1, last)));

        Assert.Equal([rate], Rates(counter, (2, reading)));
        Assert.Equal([7.0], Rates(counter, (3, reading + 7)));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(50, 20.0)]
    public void Given_no_rate_yet_When_a_reading_is_below_the_first_Then_only_a_known_largest_rate_makes_it_a_wrap(
        double maxRate, double? rate) =>
        Assert.Equal(
            [null, rate], Rates(new(new CounterOptions(ValueKind.Counter32) { MaxRate = maxRate }), (0, uint.MaxValue - 9), (1, 10)));

    [Fact]
    public void Given_a_time_that_is_not_after_the_last_one_When_it_is_read_Then_it_has_no_rate_and_changes_nothing()
    {
        var counter = new CounterRate(new CounterOptions(ValueKind.Counter64));

        Assert.Equal([null, 10.0, null, null, 10.0], Rates(counter, (0, 0), (10, 100), (10, 170), (5, 50), (20, 200)));
    }

    [Fact]
    public void Given_times_and_readings_as_far_apart_as_can_be_When_they_are_read_Then_the_rate_is_finite()
    {
        var counter = new CounterRate(new CounterOptions(ValueKind.Counter64) { Scale = CounterOptions.MaxScale });
        counter.TryRead(long.MinValue, 0, out _);

        Assert.True(counter.TryRead(long.MaxValue, Top, out var slow));
        Assert.True(double.IsFinite(slow));
        counter = new CounterRate(new CounterOptions(ValueKind.Counter64) { Scale = CounterOptions.MaxScale });
        counter.TryRead(0, 0, out _);
        Assert.True(counter.TryRead(1, Top, out var fast));
        Assert.True(double.IsFinite(fast));
    }

    [Fact]
    public void Given_stored_state_When_it_is_loaded_Then_the_next_wrap_is_judged_the_same()
    {
        var options = new CounterOptions(ValueKind.Counter32);
        var counter = new CounterRate(options);
        Rates(counter, (0, uint.MaxValue - 199), (1, uint.MaxValue - 99));

        Assert.Equal([1000.0], Rates(Load(options, Save(counter)), (2, 900)));
        Assert.Equal([null], Rates(Load(options with { MaxRate = 5 }, Save(counter)), (2, 900)));
    }

    [Fact]
    public void Given_a_reading_of_64_bits_in_stored_state_When_it_is_loaded_as_32_Then_it_is_refused()
    {
        var wide = new CounterRate(new CounterOptions(ValueKind.Counter64));
        wide.TryRead(0, 1ul << 40, out _);

        Assert.Throws<StateFormatException>(() => Load(new CounterOptions(ValueKind.Counter32), Save(wide)));
    }

    private static double?[] Rates(CounterRate counter, params (long Seconds, ulong Reading)[] readings) =>
        [.. readings.Select(row => counter.TryRead(row.Seconds * 1000, row.Reading, out var rate) ? rate : (double?)null)];

    private static byte[] Save(CounterRate counter)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        counter.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static CounterRate Load(CounterOptions options, byte[] state)
    {
        var counter = new CounterRate(options);
        var reader = new MessagePackReader(state);
        counter.Load(ref reader);
        Assert.True(reader.End);
        return counter;
    }
}
