using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>Which contributions make an average.</summary>
public sealed class ContributionGroupsTests
{
    [Fact]
    public void Given_contributions_of_all_replicas_When_the_last_one_comes_Then_their_mean_by_records_learned_is_made()
    {
        var groups = new ContributionGroups(3);

        Assert.Null(groups.Add(3, Of(2, 1, records: 100, value: 4)));
        Assert.Null(groups.Add(4, Of(0, 1, records: 300, value: -2)));
        var average = groups.Add(9, Of(1, 1, records: 100, value: 10))!;

        Assert.Equal((0, 9, ReplicaAverage.None), (average.Slice, average.Sequence, average.Previous));
        Assert.Equal([new AverageMember(0, 1), new AverageMember(1, 1), new AverageMember(2, 1)], average.Members);
        Assert.All(average.Values, value => Assert.Equal(((0.6 * -2) + (0.2 * 10) + (0.2 * 4)), value, 1e-6));
        Assert.Equal((10, 10), (groups.Next, groups.From));
    }

    [Fact]
    public void Given_a_replica_that_is_silent_When_another_contributes_again_Then_the_group_is_closed_and_that_one_opens_the_next()
    {
        var groups = new ContributionGroups(3);
        groups.Add(0, Of(0, 1));
        groups.Add(1, Of(2, 1));
        var first = groups.Add(2, Of(0, 2))!;
        var second = groups.Add(3, Of(0, 3))!;

        Assert.Equal([new AverageMember(0, 1), new AverageMember(2, 1)], first.Members);
        Assert.Equal([new AverageMember(0, 2)], second.Members);
        Assert.Equal((2, -1, 3, 2), (first.Sequence, first.Previous, second.Sequence, second.Previous));
        Assert.Equal((4, 3), (groups.Next, groups.From));
    }

    [Fact]
    public void Given_contributions_that_come_again_and_others_that_are_none_When_they_come_Then_they_are_passed_over()
    {
        var groups = new ContributionGroups(2);
        groups.Add(0, Of(0, 1));
        Assert.NotNull(groups.Add(1, Of(1, 1)));
        groups.Add(2, Of(0, 2));
        foreach (var (replica, sequence) in new[] { (0, 1L), (0, 2L), (1, 1L) })
        {
            Assert.Null(groups.Add(groups.Next, Of(replica, sequence)));
        }

        Assert.Null(groups.Add(6, [1, 2, 3]));
        Assert.Null(groups.Add(7, Of(2, 1)));
        Assert.Null(groups.Add(8, Of(1, 2, length: 4)));

        Assert.Equal((3, 3), (groups.Repeated, groups.Unusable));
        Assert.Equal([new AverageMember(0, 2), new AverageMember(1, 3)], groups.Add(9, Of(1, 3))!.Members);
    }

    [Fact]
    public void Given_a_log_When_it_is_taken_up_at_any_place_from_the_state_saved_there_Then_the_same_averages_are_made_at_the_same_offsets()
    {
        var random = new Random(4);
        for (var round = 0; round < 30; round++)
        {
            var log = Log(random, replicas: 3, slices: 3, count: 60);
            var expected = Averages(new ContributionGroups(3), log, 0);
            for (var cut = 0; cut < log.Count; cut++)
            {
                var before = new ContributionGroups(3);
                var made = Averages(before, log[..cut], 0);
                var state = Save(before);
                var after = Load(new ContributionGroups(3), state);
                Assert.Equal(state, Save(after));
                Assert.Equal(before.From, after.From);

                // Stopped a second time on the way to where it had been.
                var half = Averages(after, log[..Math.Max((int)after.From, cut - 2)], after.From);
                after = Load(new ContributionGroups(3), Save(after));
                made.AddRange(half);
                made.AddRange(Averages(after, log, after.From));

                Assert.Equal(expected, made);
            }
        }
    }

    [Fact]
    public void Given_state_of_other_replicas_or_damaged_state_When_it_is_loaded_Then_it_is_refused()
    {
        var groups = new ContributionGroups(3);
        groups.Add(0, Of(0, 1));
        var state = Save(groups);

        Assert.Contains("3 replicas; expected 2", Assert.Throws<StateFormatException>(() => Load(new ContributionGroups(2), state)).Message, StringComparison.Ordinal);
        for (var length = 0; length < state.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => Load(new ContributionGroups(3), state[..length]));
        }
    }

    internal static byte[] Of(int replica, long sequence, int slice = 0, long records = 100, float value = 1, int length = 3) => Contribution.Encode(
        (replica, slice, sequence, records), [.. Enumerable.Repeat(value, length)],
        new ParameterSlice(new ParameterRange(0, length), [new SlicePart(0, length, true)]), [CompressionLevel.Exact], new PartCodec());

    /// <summary>Contributions in the order of their sequences, with repeats of stretches.</summary>
    private static List<byte[]> Log(Random random, int replicas, int slices, int count)
    {
        var log = new List<byte[]>();
        var sequences = new long[replicas, slices];
        while (log.Count < count)
        {
            if (log.Count > 0 && random.Next(8) == 0)
            {
                log.AddRange(log[random.Next(log.Count)..Math.Min(log.Count, log.Count + random.Next(4))]);
                continue;
            }

            var (replica, slice) = (random.Next(replicas), random.Next(slices));
            log.Add(Of(replica, ++sequences[replica, slice], slice, 1 + random.Next(50), random.NextSingle()));
        }

        return log[..count];
    }

    private static List<string> Averages(ContributionGroups groups, List<byte[]> log, long from)
    {
        var made = new List<string>();
        for (var offset = (int)from; offset < log.Count; offset++)
        {
            if (groups.Add(offset, log[offset]) is { } average)
            {
                made.Add(Convert.ToHexString(average.Encode()));
            }
        }

        return made;
    }

    internal static byte[] Save(ContributionGroups groups)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        groups.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static ContributionGroups Load(ContributionGroups groups, byte[] state)
    {
        var reader = new MessagePackReader(state);
        groups.Load(ref reader);
        return groups;
    }
}
