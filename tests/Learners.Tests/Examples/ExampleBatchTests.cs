using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Examples;

public sealed class ExampleBatchTests
{
    [Fact]
    public void Given_columns_of_equal_length_When_rows_are_read_Then_each_has_its_key_and_numbers()
    {
        var batch = new Feed(2).Add("é", 10, 1, 2).Add("", 20, 3, 4).Add("long key", 30, 5, 6).Batch();

        Assert.Equal(3, batch.Count);
        Assert.Equal("é"u8.ToArray(), batch.Key(0).ToArray());
        Assert.Equal([], batch.Key(1).ToArray());
        Assert.Equal("long key"u8.ToArray(), batch.Key(2).ToArray());
        Assert.Equal([3.0, 4.0], batch.Row(1).ToArray());
    }

    [Theory]
    [InlineData(2, 1, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 1, 2, 1, 1)]
    [InlineData(1, 1, 1, 2, 1)]
    [InlineData(1, 1, 1, 1, 2)]
    public void Given_columns_of_unequal_length_When_a_batch_is_made_Then_it_is_refused(
        int offsets, int times, int kinds, int keys, int numbers)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ExampleBatch(
            new long[offsets], new long[times], new ExampleKind[kinds], [], new int[keys], new double[numbers], 1));

        Assert.StartsWith("Columns of unequal length", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(2, 0, 2)]
    [InlineData(2, 2, 3)]
    [InlineData(1, 1, 1)]
    public void Given_origins_of_unequal_length_When_a_batch_is_made_Then_it_is_refused(int sources, int partitions, int offsets)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ExampleBatch(
            new long[2], new long[2], new ExampleKind[2], [], new int[2], new double[2], 1, null,
            new byte[sources], new int[partitions], new long[offsets]));

        Assert.StartsWith("Columns of unequal length", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_negative_width_When_a_batch_is_made_Then_it_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExampleBatch([], [], [], [], [], [], -1));
    }
}
