using StreamLearn.Actors.Ingest;

namespace StreamLearn.Actors.Tests.Ingest;

public sealed class AnsweredBeforeTests
{
    [Fact]
    public void Given_no_rewind_when_records_are_answered_then_none_has_been_before() =>
        Assert.Null(new AnsweredBefore().Answer([0, 1]));

    [Fact]
    public void Given_a_rewind_when_records_are_answered_again_then_those_without_an_answer_before_it_count()
    {
        var before = new AnsweredBefore();
        before.ReadAgain(9, [3, 7]);

        Assert.Equal([true, false, true], before.Answer([2, 3, 4])!);
        Assert.Equal([false, true, false], before.Answer([7, 9, 10])!);
        Assert.Null(before.Answer([10, 11]));
    }

    [Fact]
    public void Given_a_second_rewind_when_a_record_has_still_no_answer_then_it_counts_once()
    {
        var before = new AnsweredBefore();
        before.ReadAgain(9, [3, 7]);
        before.Answer([3]);
        before.ReadAgain(12, [3, 7, 11]);

        Assert.Equal([true, false, true, false], before.Answer([3, 7, 10, 11])!);
        Assert.Equal([true, true, true, true], before.Answer([3, 7, 10, 11])!);
    }
}
