using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>What a replica contributes, and how it takes averages in.</summary>
public sealed class ReplicaExchangeTests
{
    private static readonly ReplicaOptions Plain = new() { Every = 10 };
    private static readonly ReplicaOptions LayerWise = Plain with { Compression = ReplicaCompression.LayerWise, AdjustEvery = 3 };

    [Fact]
    public void Given_replicas_without_compression_When_nothing_was_learned_since_the_average_Then_all_have_the_same_bits()
    {
        var (replicas, groups) = (Three(Plain), new ContributionGroups(3));
        var (offset, record) = (0L, 0L);
        for (var round = 0; round < 8; round++)
        {
            ReplicaAverage? average = null;
            foreach (var replica in replicas)
            {
                Assert.Null(average);
                average = groups.Add(offset++, replica.Contribute(ref record));
            }

            Array.ForEach(replicas, replica => Assert.Equal(AverageOutcome.Applied, replica.Exchange.Apply(average!.Encode())));
            Assert.All(replicas, replica =>
            {
                Assert.Equal(0, replica.Exchange.Outstanding(0));
                Assert.Equal(replicas[0].Learner.Parameters, replica.Learner.Parameters);
                Assert.Equal(replica.Exchange.Anchor(0), replica.Learner.Parameters);
            });
        }
    }

    [Fact]
    public void Given_compression_When_contributions_go_out_Then_all_of_them_and_what_is_left_make_up_the_change()
    {
        var (replica, groups) = (new ReplicaUnderTest(LayerWise, 0), new ContributionGroups(1));
        var start = replica.Learner.Parameters.ToArray();
        var sent = new double[start.Length];
        var record = 0L;
        for (var round = 0; round < 25; round++)
        {
            var contribution = replica.Contribute(ref record);
            var values = Contribution.TryDecode(contribution)!.Values;
            for (var i = 0; i < sent.Length; i++)
            {
                sent[i] += values[i];
            }

            // Alone, a replica gets back what it has said: nothing moves.
            var before = replica.Learner.Parameters.ToArray();
            replica.Exchange.Apply(groups.Add(round, contribution)!.Encode());
            Assert.Equal(before, replica.Learner.Parameters);
        }

        var reference = replica.Exchange.Reference(0);
        var left = 0;
        for (var i = 0; i < start.Length; i++)
        {
            // r is A plus what was sent, each sum rounded to single precision: half a unit in the last place, 25 times.
            var rounding = 25 * Math.Pow(2, -24) * Math.Max(1, Math.Abs(reference[i]));
            Assert.InRange(reference[i] - start[i] - sent[i], -rounding, rounding);
            left += reference[i] != replica.Learner.Parameters[i] ? 1 : 0;
        }

        Assert.InRange(left, start.Length / 4, start.Length);
    }

    [Fact]
    public void Given_two_contributions_without_an_average_When_it_learns_on_Then_it_contributes_no_more_and_later_all_that_has_gathered()
    {
        var (replica, groups, record) = (new ReplicaUnderTest(Plain, 1), new ContributionGroups(2), 0L);
        Assert.Null(groups.Add(0, replica.Contribute(ref record)));
        var average = groups.Add(1, replica.Contribute(ref record))!;
        for (var i = 0; i < 35; i++)
        {
            Assert.Null(replica.Learn(record++));
        }

        Assert.Equal(2, replica.Exchange.Outstanding(0));
        Assert.Equal(AverageOutcome.Applied, replica.Exchange.Apply(average.Encode()));
        var next = Contribution.TryDecode(replica.Learn(record)!)!;

        Assert.Equal((3, 36), (next.Sequence, next.Records));
    }

    [Fact]
    public void Given_several_slices_When_records_are_learned_Then_they_take_turns_evenly_and_weigh_what_was_learned_since()
    {
        var options = Plain with { Every = 8, SliceBytes = 2048 };
        var (replica, groups, record) = (new ReplicaUnderTest(options, 0), new ContributionGroups(1), 0L);
        var slices = replica.Exchange.Slices;
        Assert.Equal(5, slices);
        var seen = new List<(long At, int Slice, long Records)>();
        for (var offset = 0; offset < 3 * slices; offset++)
        {
            var bytes = replica.Contribute(ref record);
            var contribution = Contribution.TryDecode(bytes)!;
            seen.Add((record, contribution.Slice, contribution.Records));
            replica.Exchange.Apply(groups.Add(offset, bytes)!.Encode());
        }

        Assert.Equal(Enumerable.Range(0, 3 * slices).Select(turn => ((long)turn + 1, turn % slices, (long)Math.Min(turn + 1, slices))), seen);
    }

    [Fact]
    public void Given_an_average_that_counts_a_contribution_again_When_it_comes_Then_nobody_takes_it_and_what_else_was_in_it_is_contributed_again()
    {
        var replicas = Three(Plain);
        var record = 0L;
        var first = replicas[0].Contribute(ref record);
        var second = replicas[1].Contribute(ref record);

        // Two makers of averages that know nothing of each other.
        var once = new ContributionGroups(1).Add(5, first)!;
        var both = new ContributionGroups(2);
        both.Add(7, first);
        var again = both.Add(8, second)!;
        var twice = new ReplicaAverage(0, 8, 5, [.. again.Members], again.Values);
        Array.ForEach(replicas, replica => Assert.Equal(AverageOutcome.Applied, replica.Exchange.Apply(once.Encode())));
        var before = replicas.Select(replica => replica.Learner.Parameters.ToArray()).ToArray();

        Array.ForEach(replicas, replica => Assert.Equal(AverageOutcome.CountedBefore, replica.Exchange.Apply(twice.Encode())));

        Assert.Equal(before, replicas.Select(replica => replica.Learner.Parameters.ToArray()));
        Assert.Equal([0, 0, 0], replicas.Select(replica => replica.Exchange.Outstanding(0)));
        var repeated = Contribution.TryDecode(replicas[1].Contribute(ref record))!;
        Assert.Equal((2, 10), (repeated.Sequence, repeated.Records));
        Assert.True(Norm(repeated.Values) > Norm(Contribution.TryDecode(second)!.Values));
    }

    [Fact]
    public void Given_an_average_that_does_not_follow_the_last_When_it_comes_Then_the_replica_stops_and_says_so()
    {
        var (replicas, groups, record) = (Three(Plain), new ContributionGroups(1), 0L);
        var first = groups.Add(0, replicas[0].Contribute(ref record))!;
        replicas[0].Exchange.Apply(first.Encode());
        var second = groups.Add(1, replicas[0].Contribute(ref record))!;
        replicas[2].Exchange.Apply(first.Encode());

        var gap = Assert.Throws<ReplicaLogException>(() => replicas[1].Exchange.Apply(second.Encode()));
        var unknown = Assert.Throws<ReplicaLogException>(() => new ReplicaUnderTest(Plain, 0).Exchange.Apply(first.Encode()));

        Assert.Contains("Average 1 of slice 0 follows average 0, but the last one at replica 1 was -1", gap.Message, StringComparison.Ordinal);
        Assert.Contains("has contribution 1 of replica 0, which has made 0 only", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(AverageOutcome.Applied, replicas[2].Exchange.Apply(second.Encode()));
    }

    [Fact]
    public void Given_what_is_no_average_of_the_model_When_it_comes_Then_it_is_unusable()
    {
        var replica = new ReplicaUnderTest(Plain, 0);
        var average = new ReplicaAverage(0, 0, -1, [new AverageMember(1, 1)], new float[replica.Learner.Layout.Count + 1]);

        Assert.Equal(AverageOutcome.Unusable, replica.Exchange.Apply([1, 2, 3]));
        Assert.Equal(AverageOutcome.Unusable, replica.Exchange.Apply(average.Encode()));
        Assert.Equal(AverageOutcome.Unusable, replica.Exchange.Apply(
            new ReplicaAverage(7, 0, -1, [new AverageMember(1, 1)], new float[replica.Learner.Layout.Count]).Encode()));
    }

    [Fact]
    public void Given_state_in_the_middle_When_it_is_loaded_Then_the_replica_goes_on_with_the_same_bits_and_damage_is_refused()
    {
        var options = LayerWise with { SliceBytes = 4096 };
        var (replica, groups, record, offset) = (new ReplicaUnderTest(options, 1), new ContributionGroups(2), 0L, 0L);
        for (var i = 0; i < 12; i++)
        {
            if (groups.Add(offset++, replica.Contribute(ref record)) is { } average)
            {
                replica.Exchange.Apply(average.Encode());
            }
        }

        var state = replica.Save();
        var loaded = new ReplicaUnderTest(options, 1).Load(state);
        Assert.Equal(state, loaded.Save());
        var (one, other) = (record, record);
        Assert.Equal(replica.Contribute(ref one), loaded.Contribute(ref other));
        Assert.Equal(replica.Save(), loaded.Save());

        Assert.Throws<StateFormatException>(() => new ReplicaUnderTest(Plain, 1).Load(state));
        foreach (var block in new[] { "replica-exchange", "slice-exchange" })
        {
            Assert.Throws<StateFormatException>(() => new ReplicaUnderTest(options, 1).Load(StoredState.OfNextVersion(state, block)));
        }
    }

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static ReplicaUnderTest[] Three(ReplicaOptions options) =>
        [.. Enumerable.Range(0, 3).Select(replica => new ReplicaUnderTest(options, replica))];
}
