using StreamLearn.Simulation.Networks;

namespace StreamLearn.Simulation.Tests.Networks;

public sealed class OctetCounterTests
{
    private const ulong OctetsOfMegabit = 37_500_000;

    [Fact]
    public void Given_loads_then_the_counter_grows_by_their_octets()
    {
        Assert.Equal([7 + OctetsOfMegabit, 7 + OctetsOfMegabit, 7 + 3 * OctetsOfMegabit], OctetCounter.Readings([1, 0, 2], first: 7));
        Assert.Equal([125_000ul], OctetCounter.Readings([1], step: TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Given_parts_of_an_octet_then_none_is_lost_over_time()
    {
        // A third of an octet a bin.
        var readings = OctetCounter.Readings(Enumerable.Repeat(1.0 / 3 / OctetsOfMegabit, 9).ToArray());

        Assert.InRange(readings[8], 2ul, 3ul);
        Assert.Equal(0ul, readings[1]);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Given_a_counter_near_its_end_then_it_wraps_and_differences_are_right_modulo_its_size(int bits)
    {
        var last = bits == 32 ? uint.MaxValue : ulong.MaxValue;

        var readings = OctetCounter.Readings([1, 1], bits, last - OctetsOfMegabit - 4);

        Assert.Equal([last - 4, OctetsOfMegabit - 5], readings);
        Assert.Equal(OctetsOfMegabit, unchecked(readings[1] - readings[0]) & last);
    }

    [Fact]
    public void Given_more_than_a_round_of_32_bits_in_a_bin_then_the_difference_is_of_the_rest()
    {
        Assert.Equal([200 * OctetsOfMegabit % (1ul << 32)], OctetCounter.Readings([200], bits: 32));
    }

    [Fact]
    public void Given_a_reset_then_the_bin_counts_from_0()
    {
        Assert.Equal(
            [9 + OctetsOfMegabit, 2 * OctetsOfMegabit, 5 * OctetsOfMegabit],
            OctetCounter.Readings([1, 2, 3], bits: 32, first: 9, resets: [1]));
    }

    [Fact]
    public void Given_what_cannot_be_then_it_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OctetCounter(bits: 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OctetCounter(bits: 32, first: 1ul << 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OctetCounter(step: TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => OctetCounter.Readings([-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OctetCounter.Readings([double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OctetCounter.Readings([1e15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OctetCounter.Readings([1], resets: [1]));
    }
}
