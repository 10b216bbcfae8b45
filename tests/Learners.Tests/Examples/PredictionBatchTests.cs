using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Examples;

public sealed class PredictionBatchTests
{
    [Fact]
    public void Given_room_When_it_is_written_Then_rows_do_not_overlap()
    {
        var batch = PredictionBatch.Allocate(2, 3);

        batch.Row(1).Fill(7);

        Assert.Equal(2, batch.Count);
        Assert.Equal([0, 0, 0, 7, 7, 7], batch.Values);
    }

    [Fact]
    public void Given_no_examples_When_room_is_made_Then_it_is_the_empty_batch()
    {
        Assert.Same(PredictionBatch.Empty, PredictionBatch.Allocate(0, 9));
    }

    [Theory]
    [InlineData(2, 1, 3)]
    [InlineData(1, 2, 3)]
    [InlineData(1, 1, 4)]
    public void Given_columns_of_unequal_length_When_a_batch_is_made_Then_it_is_refused(int statuses, int versions, int numbers)
    {
        Assert.Throws<ArgumentException>(() => new PredictionBatch(new ExampleStatus[statuses], new long[versions], new double[numbers], 3));
    }
}
