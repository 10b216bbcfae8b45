using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class StepReplayTests
{
    private static readonly StepShape One = new(1, Pixels: false, Actions: 1);

    [Property(MaxTest = 60)]
    public void Given_environments_that_come_and_go_When_windows_are_drawn_Then_they_are_those_of_a_plain_model_and_all_of_them(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var options = new ReplayOptions { Capacity = 8 + (int)(random.NextDouble() * 40), Steps = 1 + (int)(random.NextDouble() * 5), Discount = 0.9, Prioritized = random.NextDouble() < 0.3 };
        using var replay = new StepReplay(One, options);
        var model = new ReplayModel(options.SegmentSteps(One), options.Segments(One), options.Steps, options.Discount);
        var batch = new ReplayBatch(One, 400);
        Drive(replay, model, random, steps: 150);

        var expected = model.Windows();
        Assert.Equal(model.First, replay.First);
        Assert.Equal(expected.Count, replay.Windows);
        var seen = new HashSet<long>();
        for (var draw = 0; draw < 5 && expected.Count > 0; draw++)
        {
            Assert.True(replay.TrySample(batch, random));
            for (var row = 0; row < batch.Rows; row++)
            {
                seen.Add(batch.Starts[row]);
                Assert.Equal(expected[batch.Starts[row]], (batch.Observations[row], batch.Actions[row], batch.Returns[row], batch.Discounts[row], batch.NextObservations[row]));
                Assert.Equal(1, batch.Weights[row], 1e-5);
            }
        }

        Assert.Equal(expected.Count, seen.Count);
        Assert.True(expected.Count > 0 || !replay.TrySample(batch, random));
    }

    [Property(MaxTest = 40)]
    public void Given_a_buffer_When_it_is_stored_and_read_Then_it_has_the_same_state_and_goes_on_alike(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var options = new ReplayOptions { Capacity = 8 + (int)(random.NextDouble() * 40), Steps = 1 + (int)(random.NextDouble() * 4), Prioritized = random.NextDouble() < 0.5 };
        var shape = random.NextDouble() < 0.5 ? new StepShape(3, Pixels: false, Actions: 2) : new StepShape(6, Pixels: true, Actions: 2, Stack: 3);
        using var first = new StepReplay(shape, options);
        var places = Feed(first, random, (int)(random.NextDouble() * 200), []);
        var batch = new ReplayBatch(shape, 16);
        if (first.TrySample(batch, random))
        {
            batch.Surprises.AsSpan().Fill(3);
            first.Reprioritize(batch);
        }

        using var second = new StepReplay(shape, options);
        Copy(first, second);

        Assert.Equal(Saved(first), Saved(second));
        Assert.Equal(first.Windows, second.Windows);
        var (one, other) = (new Xoshiro256(seed + 1), new Xoshiro256(seed + 1));
        Feed(first, one, 50, new Dictionary<int, long>(places));
        Feed(second, other, 50, new Dictionary<int, long>(places));
        var again = new ReplayBatch(shape, 16);
        Assert.Equal(first.TrySample(batch, one), second.TrySample(again, other));
        Assert.Equal(batch.Starts, again.Starts);
        Assert.Equal(batch.Observations, again.Observations);
        Assert.Equal(batch.NextPictures, again.NextPictures);
        Assert.Equal(Saved(first), Saved(second));
    }

    [Fact]
    public void Given_full_segments_When_more_steps_come_Then_they_never_change_and_the_oldest_go()
    {
        var options = new ReplayOptions { Capacity = 16, Steps = 3 };
        using var replay = new StepReplay(One, options);
        var digests = new Dictionary<long, byte[]>();
        var previous = -1L;
        for (var step = 0; step < 100; step++)
        {
            previous = replay.Append([step], [0], 1, previous, StepEnd.None);
            for (var segment = replay.FirstSegment; segment < replay.EndSegment; segment++)
            {
                var digest = replay.DigestOf(segment).ToArray();
                Assert.Equal(digests.TryAdd(segment, digest) ? digest : digests[segment], digest);
            }
        }

        Assert.True(replay.Count >= options.Capacity);
        Assert.True(replay.Count <= options.Capacity + (2 * replay.SegmentSteps));
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.DigestOf(replay.FirstSegment - 1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => replay.DigestOf(replay.EndSegment).ToArray());
    }

    [Fact]
    public void Given_a_segment_that_is_damaged_or_another_When_a_buffer_is_read_Then_it_is_refused()
    {
        var options = new ReplayOptions { Capacity = 16, Steps = 3 };
        using var replay = new StepReplay(One, options);
        Feed(replay, new Xoshiro256(1), 15, []);
        var segments = Segments(replay);
        var state = Saved(replay);

        Refused(segment => segments[segment == replay.FirstSegment ? segment + 1 : segment]);
        Refused(segment => segments[segment][..^1]);
        Refused(segment => Flipped(segments[segment]));
        Assert.Throws<StateFormatException>(() => Load(state, segment => segments[segment], new StepReplay(new StepShape(2, Pixels: false, Actions: 1), options)));

        void Refused(Func<long, byte[]> of) => Assert.ThrowsAny<Exception>(() => Load(state, of, new StepReplay(One, options)));

        static byte[] Flipped(byte[] bytes)
        {
            byte[] flipped = [.. bytes];
            flipped[^6] ^= 1;
            return flipped;
        }
    }

    [Fact]
    public void Given_numbers_that_are_none_or_a_step_out_of_order_When_appended_Then_it_is_refused_and_nothing_has_changed()
    {
        using var replay = new StepReplay(One, new ReplayOptions { Capacity = 16 });
        var first = replay.Append([1f], [0], 0, -1, StepEnd.None);
        var last = replay.Append([2f], [0], 1, first, StepEnd.Terminal);
        var before = Saved(replay);

        Refused(() => replay.Append([float.NaN], [0], 0, -1, StepEnd.None));
        Refused(() => replay.Append([1f], [float.PositiveInfinity], 0, -1, StepEnd.None));
        Refused(() => replay.Append([1f], [0], float.NaN, -1, StepEnd.None));
        Refused(() => replay.Append([1f, 2f], [0], 0, -1, StepEnd.None));
        Refused(() => replay.Append([1f], [0, 0], 0, -1, StepEnd.None));
        Refused(() => replay.Append([(byte)1], [0], 0, -1, StepEnd.None));
        Refused(() => replay.Append([1f], [0], 0, first, StepEnd.None));
        Refused(() => replay.Append([1f], [0], 0, last, StepEnd.None));
        Refused(() => replay.Append([1f], [0], 0, last + 1, StepEnd.None));

        void Refused(Func<long> append)
        {
            Assert.Throws<ArgumentException>(() => append());
            Assert.Equal(before, Saved(replay));
        }
    }

    [Theory]
    [InlineData(3, 3, 1 << 20, "replay.capacity is 3; expected more than n-step, 3")]
    [InlineData(0, 3, 1 << 20, "replay.capacity is 0; expected more than n-step, 3")]
    [InlineData(100, 0, 1 << 20, "replay.n-step is 0; expected at least 1")]
    [InlineData(1000, 3, 1000, "bytes in all; expected at most replay.max-bytes, 1,000")]
    public void Given_settings_that_cannot_be_When_a_buffer_is_made_Then_the_message_says_what_is_and_what_was_expected(int capacity, int steps, long bytes, string message)
    {
        var problem = Assert.Throws<OptionException>(() => new StepReplay(One, new ReplayOptions { Capacity = capacity, Steps = steps, MaxBytes = bytes }));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_pictures_When_a_stack_is_copied_Then_the_newest_is_last_and_the_first_repeats()
    {
        var shape = new StepShape(2, Pixels: true, Actions: 1, Stack: 3);
        using var replay = new StepReplay(shape, new ReplayOptions { Capacity = 16 });
        var stack = new byte[6];
        var first = replay.Append([1, 2], [0], 0, -1, StepEnd.None);
        replay.CopyStack(first, stack);
        Assert.Equal([1, 2, 1, 2, 1, 2], stack);
        var second = replay.Append([3, 4], [0], 0, first, StepEnd.None);
        replay.CopyStack(second, stack);
        Assert.Equal([1, 2, 1, 2, 3, 4], stack);
        var other = replay.Append([9, 9], [0], 0, -1, StepEnd.None);
        var third = replay.Append([5, 6], [0], 0, second, StepEnd.None);
        replay.CopyStack(third, stack);
        Assert.Equal([1, 2, 3, 4, 5, 6], stack);
        replay.CopyStack(other, stack);
        Assert.Equal([9, 9, 9, 9, 9, 9], stack);
    }

    [Fact]
    public void Given_pictures_whose_predecessors_have_gone_When_windows_are_drawn_Then_none_begins_there()
    {
        var shape = new StepShape(1, Pixels: true, Actions: 1, Stack: 3);
        foreach (var prioritized in new[] { false, true })
        {
            using var replay = new StepReplay(shape, new ReplayOptions { Capacity = 16, Steps = 1, Prioritized = prioritized });
            var previous = -1L;
            for (var step = 0; step < 200; step++)
            {
                previous = replay.Append([(byte)step], [0], 0, previous, StepEnd.None);
            }

            var batch = new ReplayBatch(shape, 500);
            Assert.True(replay.TrySample(batch, new Xoshiro256(1)));
            Assert.Equal(replay.First + 2, batch.Starts.Min());
            for (var row = 0; row < batch.Rows; row++)
            {
                var newest = (byte)batch.Starts[row];
                Assert.Equal([(byte)(newest - 2), (byte)(newest - 1), newest], batch.Pictures[(3 * row)..((3 * row) + 3)]);
            }
        }
    }

    [Fact]
    public void Given_equal_windows_When_many_are_drawn_Then_each_comes_as_often()
    {
        using var replay = new StepReplay(One, new ReplayOptions { Capacity = 64, Steps = 1 });
        Feed(replay, new Xoshiro256(3), 60, []);
        var counts = Frequencies(replay, 4000);

        var expected = counts.Values.Sum() / (double)replay.Windows;
        Assert.Equal(replay.Windows, counts.Count);
        var chi = counts.Values.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 0.4 * replay.Windows, 1.8 * replay.Windows);
    }

    [Fact]
    public void Given_surprises_When_windows_are_drawn_by_priority_Then_they_come_in_proportion_and_weights_undo_it()
    {
        var options = new ReplayOptions { Capacity = 64, Steps = 1, Prioritized = true, PriorityExponent = 0.5, CorrectionExponent = 1 };
        using var replay = new StepReplay(One, options);
        var previous = -1L;
        for (var step = 0; step < 4; step++)
        {
            previous = replay.Append([step], [0], 0, previous, StepEnd.None);
        }

        var batch = new ReplayBatch(One, 300);
        Assert.True(replay.TrySample(batch, new Xoshiro256(5)));
        for (var row = 0; row < batch.Rows; row++)
        {
            batch.Surprises[row] = batch.Starts[row] switch { 0 => 1, 1 => 4, _ => 9 };
        }

        replay.Reprioritize(batch);
        var counts = Frequencies(replay, 400);
        var total = counts.Values.Sum() / 6.0;
        Assert.Equal(1, counts[0] / total, 0.05);
        Assert.Equal(2, counts[1] / total, 0.05);
        Assert.Equal(3, counts[2] / total, 0.05);
        Assert.True(replay.TrySample(batch, new Xoshiro256(6)));
        for (var row = 0; row < batch.Rows; row++)
        {
            Assert.Equal(1.0 / (batch.Starts[row] + 1), batch.Weights[row], 1e-4);
        }
    }

    [Fact]
    public void Given_a_full_ring_When_steps_come_and_windows_are_drawn_Then_nothing_is_allocated()
    {
        using var replay = new StepReplay(One, new ReplayOptions { Capacity = 256 });
        using var prioritized = new StepReplay(One, new ReplayOptions { Capacity = 256, Prioritized = true });
        var batch = new ReplayBatch(One, 32);
        var random = new Xoshiro256(1);
        Span<float> one = [1];
        long previous = -1, other = -1;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 2000; step++)
            {
                previous = replay.Append(one, one, 1, previous, StepEnd.None);
                other = prioritized.Append(one, one, 1, other, StepEnd.None);
                if (step > 10)
                {
                    replay.TrySample(batch, random);
                    prioritized.TrySample(batch, random);
                    prioritized.Reprioritize(batch);
                }
            }

            if (round == 1)
            {
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }
    }

    [Fact]
    public void Given_environments_of_single_steps_When_windows_are_asked_for_Then_there_are_none_and_that_is_said_at_once()
    {
        using var replay = new StepReplay(One, new ReplayOptions { Capacity = 1000 });
        for (var step = 0; step < 3000; step++)
        {
            replay.Append([1f], [0], 0, -1, StepEnd.Terminal);
        }

        Assert.Equal(0, replay.Windows);
        Assert.False(replay.TrySample(new ReplayBatch(One, 4), new Xoshiro256(1)));
    }

    private static Dictionary<long, int> Frequencies(StepReplay replay, int draws)
    {
        var batch = new ReplayBatch(replay.Shape, 50);
        var random = new Xoshiro256(9);
        var counts = new Dictionary<long, int>();
        for (var draw = 0; draw < draws; draw++)
        {
            Assert.True(replay.TrySample(batch, random));
            foreach (var start in batch.Starts)
            {
                counts[start] = counts.GetValueOrDefault(start) + 1;
            }
        }

        return counts;
    }

    private static void Drive(StepReplay replay, ReplayModel model, Xoshiro256 random, int steps)
    {
        var last = new long[3];
        Array.Fill(last, -1);
        for (var step = 0; step < steps; step++)
        {
            var environment = (int)(random.NextDouble() * last.Length);

            // Now and then one vanishes, and comes again without a word.
            var previous = random.NextDouble() < 0.05 ? -1 : last[environment];
            var end = random.NextDouble() switch { < 0.1 => StepEnd.Terminal, < 0.2 => StepEnd.TimeOut, _ => StepEnd.None };
            var (observation, action, reward) = (random.NextUniform(1), random.NextUniform(1), random.NextUniform(1));
            var number = replay.Append([observation], [action], reward, previous, end);
            model.Add(observation, action, reward, previous, end);
            Assert.Equal(step, number);
            last[environment] = end == StepEnd.None ? number : -1;
        }
    }

    private static Dictionary<int, long> Feed(StepReplay replay, Xoshiro256 random, int steps, Dictionary<int, long> last)
    {
        var shape = replay.Shape;
        var action = new float[shape.Actions];
        var numbers = new float[shape.Observation];
        var picture = new byte[shape.Observation];
        for (var step = 0; step < steps; step++)
        {
            var environment = (int)(random.NextDouble() * 2);
            var end = random.NextDouble() < 0.1 ? StepEnd.TimeOut : StepEnd.None;
            numbers.AsSpan().Fill(random.NextUniform(1));
            picture.AsSpan().Fill((byte)random.NextBits());
            action.AsSpan().Fill(random.NextUniform(1));
            var previous = last.GetValueOrDefault(environment, -1);
            var number = shape.Pixels ? replay.Append(picture, action, 1, previous, end) : replay.Append(numbers, action, 1, previous, end);
            last[environment] = end == StepEnd.None ? number : -1;
        }

        return last;
    }

    private static void Copy(StepReplay from, StepReplay to)
    {
        var segments = Segments(from);
        Load(Saved(from), segment => segments[segment], to);
    }

    private static void Load(byte[] state, Func<long, byte[]> segments, StepReplay to)
    {
        var reader = new MessagePackReader(state);
        to.Load(ref reader, segment => segments(segment));
        Assert.True(reader.End);
    }

    private static Dictionary<long, byte[]> Segments(StepReplay replay)
    {
        var segments = new Dictionary<long, byte[]>();
        for (var segment = replay.FirstSegment; segment < replay.EndSegment; segment++)
        {
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(buffer);
            replay.SaveSegment(segment, ref writer);
            writer.Flush();
            segments[segment] = buffer.WrittenSpan.ToArray();
        }

        return segments;
    }

    private static byte[] Saved(StepReplay replay)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        replay.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
