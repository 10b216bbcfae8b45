using StreamLearn.Actors.Protocol;

namespace StreamLearn.Actors.Tests.Protocol;

public sealed class BucketProtocolTests
{
    private static readonly long[] Offsets = [3, 5, 9];

    [Fact]
    public void Given_nothing_applied_when_the_first_chunk_comes_then_all_of_it_is_new() =>
        Assert.Equal(new BucketDecision(BucketVerdict.Apply, 0), BucketProtocol.Decide(-1, -1, 9, Offsets));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 2)]
    public void Given_a_chunk_that_is_partly_old_when_it_comes_then_the_rows_above_the_last_applied_are_new(long lastApplied, int firstRow) =>
        Assert.Equal(new BucketDecision(BucketVerdict.Apply, firstRow), BucketProtocol.Decide(lastApplied, 1, 9, Offsets));

    [Theory]
    [InlineData(9)]
    [InlineData(100)]
    public void Given_a_chunk_that_is_wholly_old_when_it_comes_then_nothing_is_new(long lastApplied) =>
        Assert.Equal(new BucketDecision(BucketVerdict.AlreadyApplied, 3), BucketProtocol.Decide(lastApplied, 1, 9, Offsets));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 2)]
    public void Given_a_chunk_after_records_that_are_missing_when_it_comes_then_they_are_asked_for(long lastApplied, long previous) =>
        Assert.Equal(BucketVerdict.Rewind, BucketProtocol.Decide(lastApplied, previous, 9, Offsets).Verdict);

    [Fact]
    public void Given_an_empty_chunk_when_it_comes_then_only_its_bounds_count()
    {
        Assert.Equal(new BucketDecision(BucketVerdict.Apply, 0), BucketProtocol.Decide(4, 4, 9, []));
        Assert.Equal(new BucketDecision(BucketVerdict.AlreadyApplied, 0), BucketProtocol.Decide(9, 9, 9, []));
        Assert.Equal(BucketVerdict.Rewind, BucketProtocol.Decide(3, 4, 4, []).Verdict);
    }

    [Theory]
    [InlineData(-1, 1, OwnerVerdict.New)]
    [InlineData(1, 1, OwnerVerdict.Current)]
    [InlineData(1, 2, OwnerVerdict.New)]
    [InlineData(2, 1, OwnerVerdict.Stale)]
    public void Given_a_bucket_that_was_read_for_an_owner_when_another_speaks_then_only_a_later_one_is_new(
        long current, long owner, OwnerVerdict expected) =>
        Assert.Equal(expected, BucketProtocol.Hear(current, owner));

    [Theory]
    [InlineData(4, 4, 9, PersistVerdict.Behind)]
    [InlineData(9, 4, 9, PersistVerdict.Store)]
    [InlineData(9, 9, 9, PersistVerdict.Stored)]
    [InlineData(12, 9, 9, PersistVerdict.Stored)]
    [InlineData(12, 10, 9, PersistVerdict.Stored)]
    [InlineData(-1, -1, -1, PersistVerdict.Stored)]
    public void Given_a_request_to_persist_when_it_comes_then_exactly_what_was_asked_for_is_stored_once(
        long lastApplied, long persisted, long upTo, PersistVerdict expected) =>
        Assert.Equal(expected, BucketProtocol.Persist(lastApplied, persisted, upTo));

    [Fact]
    public void Given_records_applied_whose_outputs_may_not_be_delivered_when_a_request_to_persist_comes_then_they_are_not_stored() =>
        Assert.Equal(PersistVerdict.Ahead, BucketProtocol.Persist(lastApplied: 12, persisted: 4, upTo: 9));
}
