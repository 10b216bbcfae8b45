using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Actors.Protocol;
using StreamLearn.Learners.State;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Actors.Tests.Protocol;

public sealed class OriginFilterTests
{
    private const int Seed = 9;
    private const int States = 20_000;

    [Property(MaxTest = 200)]
    public void Given_a_copier_that_goes_back_now_and_then_when_its_copies_are_filtered_then_each_record_is_new_once_and_in_order(
        byte[] steps)
    {
        var filter = new OriginFilter();
        var next = new Dictionary<(byte, int), long>();
        var seen = new Dictionary<(byte, int), List<long>>();
        foreach (var step in steps)
        {
            var place = ((byte)(step % 2), (step / 2) % 3);
            var offset = next.GetValueOrDefault(place);
            if (filter.IsNew(place.Item1, place.Item2, offset))
            {
                seen.TryAdd(place, []);
                seen[place].Add(offset);
            }

            // One in eight: the copier has crashed and starts again some records earlier.
            next[place] = step % 8 == 7 ? Math.Max(0, offset - (step / 16)) : offset + 1;
        }

        Assert.All(seen.Values, offsets => Assert.Equal(Enumerable.Range(0, offsets.Count).Select(i => (long)i), offsets));
        filter = Loaded(Saved(filter));
        Assert.All(seen, place => Assert.False(filter.IsNew(place.Key.Item1, place.Key.Item2, place.Value[^1])));
        Assert.All(seen, place => Assert.True(filter.IsNew(place.Key.Item1, place.Key.Item2, place.Value[^1] + 1)));
    }

    [Fact]
    public void Given_the_same_copies_in_another_order_when_the_filter_is_saved_then_the_bytes_are_the_same()
    {
        var (one, other) = (new OriginFilter(), new OriginFilter());
        foreach (var (source, partition, offset) in ((byte, int, long)[])[(1, 0, 5), (0, 7, 3), (0, 2, 9), (0, 2, 11)])
        {
            one.IsNew(source, partition, offset);
        }

        foreach (var (source, partition, offset) in ((byte, int, long)[])[(0, 2, 11), (1, 0, 4), (0, 7, 3), (1, 0, 5)])
        {
            other.IsNew(source, partition, offset);
        }

        Assert.Equal(Saved(one), Saved(other));

        // Fixed: stored states are read by later versions.
        Assert.Equal("93A76F726967696E73019900020B00070301" + "0005", Convert.ToHexString(Saved(one)));
    }

    [Fact]
    public void Given_any_damaged_state_when_it_is_loaded_then_it_is_refused_and_changes_nothing_or_it_is_a_state()
    {
        var good = new OriginFilter();
        good.IsNew(0, 1, 1000);
        good.IsNew(0, 2, 70_000);
        good.IsNew(3, 0, 5_000_000_000);
        var bytes = Saved(good);
        byte[][] pieces =
        [
            [0xdd, 0xff, 0xff, 0xff, 0xff], [0xdd, 0, 0x10, 0, 0], [0x93], [0x90], [0xff], [0xc0], [0xcb, 0, 0, 0, 0, 0, 0, 0, 0], [0],
        ];

        FuzzRun.Each(Seed, States, mutator => mutator.Below(5) == 0 ? mutator.Bytes(40) : mutator.Mutate(bytes, pieces), damaged =>
        {
            var filter = Loaded(bytes);
            try
            {
                Load(filter, damaged);
                Assert.Equal(Saved(filter), Saved(Loaded(Saved(filter))));
            }
            catch (StateFormatException)
            {
                Assert.Equal(bytes, Saved(filter));
            }
        });
    }

    private static byte[] Saved(OriginFilter filter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        filter.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static OriginFilter Loaded(byte[] bytes)
    {
        var filter = new OriginFilter();
        Load(filter, bytes);
        return filter;
    }

    private static void Load(OriginFilter filter, byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        filter.Load(ref reader);
    }
}
