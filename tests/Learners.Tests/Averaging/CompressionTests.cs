using System.Buffers;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>How the numbers of a slice are written, and at which levels.</summary>
public sealed class CompressionTests
{
    [Fact]
    public void Given_a_level_When_numbers_are_written_Then_the_largest_come_back_to_half_a_step_and_the_others_are_zero()
    {
        var values = Changes(3000, seed: 1);
        var order = Enumerable.Range(0, values.Length).OrderByDescending(at => Math.Abs(values[at])).ThenBy(at => at).ToArray();
        for (var level = 1; level < CompressionLevel.Count; level++)
        {
            var read = RoundTrip(values, level, out _);
            var kept = order[..CompressionLevel.Kept(level, values.Length)];
            var step = Math.Abs(values[order[0]]) / 127;

            Assert.All(kept, at => Assert.InRange(read[at], values[at] - (0.5001f * step), values[at] + (0.5001f * step)));
            Assert.All(order[kept.Length..], at => Assert.Equal(0, read[at]));
        }

        Assert.Equal(values, RoundTrip(values, CompressionLevel.Exact, out var all));
        Assert.Equal(1 + (4 * values.Length), all);
    }

    [Theory]
    [InlineData(0.5, 1 + 4 + 2 + 1 + 512 + 2048)]
    [InlineData(0.01, 1 + 4 + 1 + 1 + 41 + 41)]
    public void Given_a_share_When_numbers_are_written_Then_places_take_a_bitmap_or_gaps_whatever_is_shorter(double share, int most)
    {
        var values = Changes(4096, seed: 2);

        RoundTrip(values, CompressionLevel.OfShare(share), out var bytes);

        // Some gaps take two bytes.
        Assert.InRange(bytes, most - 2, most + (share < 0.1 ? 41 : 0));
    }

    [Fact]
    public void Given_equal_magnitudes_When_some_are_kept_Then_the_first_ones_are()
    {
        var values = Enumerable.Range(0, 300).Select(at => at % 2 == 0 ? 1f : -1f).ToArray();

        var read = RoundTrip(values, CompressionLevel.OfShare(0.01), out _);

        Assert.Equal([1f, -1f, 1f, 0f], read[..4]);
        Assert.Equal(3, read.Count(value => value != 0));
    }

    [Fact]
    public void Given_only_zeros_or_the_smallest_and_largest_numbers_When_they_are_written_Then_what_comes_back_is_finite()
    {
        foreach (var value in new[] { 0, float.Epsilon, -float.Epsilon, ParameterMove.Largest, -ParameterMove.Largest })
        {
            for (var level = 0; level < CompressionLevel.Count; level++)
            {
                Assert.All(RoundTrip([.. Enumerable.Repeat(value, 256)], level, out _), read => Assert.True(float.IsFinite(read)));
            }
        }
    }

    [Fact]
    public void Given_layers_of_which_one_moves_most_When_levels_are_chosen_Then_they_take_no_more_bytes_and_no_more_error_than_the_standard_level()
    {
        var options = new ReplicaOptions { Compression = ReplicaCompression.LayerWise };
        var slice = Slice(new ParameterLayout(("a", [64, 32]), ("b", [32]), ("c", [64, 64]), ("d", [10, 10])));
        var random = new Xoshiro256(3);
        for (var round = 0; round < 20; round++)
        {
            var scales = slice.Parts.Select(_ => Math.Pow(10, -3 * random.NextDouble())).ToArray();
            var changes = new float[slice.Range.Length];
            for (var part = 0; part < slice.Parts.Length; part++)
            {
                var heavy = random.NextDouble() * 3;
                foreach (ref var change in changes.AsSpan(slice.Parts[part].Offset, slice.Parts[part].Length))
                {
                    change = (float)(scales[part] * Math.Exp(heavy * random.NextGaussian()) * random.NextSign());
                }
            }

            var levels = LevelChoice.Choose(options, slice, changes, new PartCodec());
            var standard = Measure(slice, changes, (part, _) => part.IsExact ? CompressionLevel.Exact : CompressionLevel.OfShare(options.Share));
            var chosen = Measure(slice, changes, (_, at) => levels[at]);

            Assert.True(chosen.Bytes <= standard.Bytes);
            Assert.True(chosen.Error <= standard.Error * (1 + 1e-12));
            Assert.Equal([CompressionLevel.Exact, CompressionLevel.Exact], [levels[1], levels[3]]);
        }
    }

    [Fact]
    public void Given_nothing_that_has_changed_When_levels_are_chosen_Then_the_smallest_are()
    {
        var slice = Slice(new ParameterLayout(("a", [64, 32]), ("b", [32])));

        var levels = LevelChoice.Choose(new ReplicaOptions { Compression = ReplicaCompression.LayerWise }, slice, new float[slice.Range.Length], new PartCodec());

        Assert.Equal([(byte)CompressionLevel.OfShare(0.01), (byte)CompressionLevel.Exact], levels);
    }

    [Fact]
    public void Given_layers_When_they_are_cut_Then_slices_end_with_layers_where_those_fit_and_no_number_is_left_out()
    {
        var slices = ParameterSlice.Cut(new ParameterLayout(("a", [10, 10]), ("b", [10]), ("c", [50, 10]), ("d", [30]), ("e", [100])), most: 120);

        Assert.Equal([(0, 110), (110, 100), (210, 100), (310, 100), (410, 100), (510, 100), (610, 30), (640, 100)], Cuts());
        Assert.Equal([(0, 100, true), (100, 10, true)], slices[0].Parts.Select(part => (part.Offset, part.Length, part.IsExact)));

        IEnumerable<(int, int)> Cuts() => slices.Select(slice => (slice.Range.Offset, slice.Range.Length));
    }

    [Fact]
    public void Given_settings_that_cannot_be_used_When_they_are_checked_Then_the_refusal_names_them()
    {
        foreach (var (options, path) in new[]
        {
            (new ReplicaOptions { Every = 0 }, "replicas.every"), (new ReplicaOptions { ErrorBudget = 0 }, "replicas.error-budget"),
            (new ReplicaOptions { ErrorBudget = double.NaN }, "replicas.error-budget"), (new ReplicaOptions { Share = 0.3 }, "replicas.share"),
            (new ReplicaOptions { AdjustEvery = 0 }, "replicas.adjust-every"), (new ReplicaOptions { SliceBytes = 100 }, "replicas.slice-bytes"),
        })
        {
            Assert.Equal(path, Assert.Throws<OptionException>(() => options.Validate()).Path);
        }
    }

    [Fact]
    public void Given_any_bytes_When_they_are_read_Then_they_are_a_frame_or_nothing_and_a_flipped_bit_is_found()
    {
        var contribution = Written();
        var average = new ReplicaAverage(1, 9, 4, [new AverageMember(0, 3), new AverageMember(2, 1)], Changes(700, 4)).Encode();
        for (var bit = 0; bit < 8 * contribution.Length; bit += 37)
        {
            contribution[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Contribution.TryDecode(contribution));
            contribution[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(Contribution.TryDecode(contribution));
        Assert.NotNull(ReplicaAverage.TryDecode(average));
        var mutator = new ByteMutator(11);
        for (var round = 0; round < 6000; round++)
        {
            var damaged = mutator.Mutate(round % 2 == 0 ? contribution.AsSpan()[..^4] : average.AsSpan()[..^4], [[0xff, 0xff, 0xff, 0x7f], [0x80], [2], [3]]);

            // With a checksum that fits, so that what is behind it is reached.
            var writer = new ArrayBufferWriter<byte>();
            writer.Write(damaged.AsSpan());
            var sealedAgain = FrameChecksum.Seal(writer);
            Assert.All(Contribution.TryDecode(sealedAgain)?.Values ?? [], value => Assert.InRange(value, -PartCodec.Largest, PartCodec.Largest));
            Assert.All(ReplicaAverage.TryDecode(sealedAgain)?.Values ?? [], value => Assert.InRange(value, -PartCodec.Largest, PartCodec.Largest));
        }
    }

    [Fact]
    public void Given_a_contribution_and_an_average_When_they_are_written_Then_they_come_back_as_they_were()
    {
        var contribution = Contribution.TryDecode(Written())!;
        Assert.Equal((3, 1, 7L, 1000L), (contribution.Replica, contribution.Slice, contribution.Sequence, contribution.Records));
        var sparse = new float[5000];
        (sparse[3], sparse[4999]) = (1.25f, -2);
        var bytes = new ReplicaAverage(1, 9, 4, [new AverageMember(0, 3), new AverageMember(2, 1)], sparse).Encode();
        var average = ReplicaAverage.TryDecode(bytes)!;

        Assert.InRange(bytes.Length, 60, 100);
        Assert.Equal((1, 9L, 4L), (average.Slice, average.Sequence, average.Previous));
        Assert.Equal([new AverageMember(0, 3), new AverageMember(2, 1)], average.Members);
        Assert.Equal(sparse, average.Values);
    }

    private static byte[] Written()
    {
        var slice = Slice(new ParameterLayout(("a", [20, 30]), ("b", [30]), ("c", [30, 40])));
        return Contribution.Encode(
            (3, 1, 7, 1000), Changes(slice.Range.Length, 5), slice,
            [(byte)CompressionLevel.OfShare(0.1), CompressionLevel.Exact, (byte)CompressionLevel.OfShare(1)], new PartCodec());
    }

    private static ParameterSlice Slice(ParameterLayout layout) => Assert.Single(ParameterSlice.Cut(layout, layout.Count));

    private static (double Error, int Bytes) Measure(ParameterSlice slice, float[] changes, Func<SlicePart, int, int> levelOf)
    {
        var measured = slice.Parts.Select((part, at) => LevelChoice.Measure(
            changes.AsSpan(part.Offset, part.Length), levelOf(part, at), new ArrayBufferWriter<byte>(), new PartCodec())).ToArray();
        return (measured.Sum(part => part.Error), measured.Sum(part => part.Bytes));
    }

    private static float[] Changes(int count, ulong seed)
    {
        var random = new Xoshiro256(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
    }

    private static float[] RoundTrip(float[] values, int level, out int bytes)
    {
        var writer = new ArrayBufferWriter<byte>();
        var codec = new PartCodec();
        codec.Write(writer, values, level);
        bytes = writer.WrittenCount;
        var read = new float[values.Length];
        var reader = new ByteReader(writer.WrittenSpan);
        Assert.True(codec.TryRead(ref reader, read));
        Assert.Equal(0, reader.Left);
        return read;
    }
}
