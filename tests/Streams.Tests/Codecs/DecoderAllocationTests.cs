using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

/// <summary>A decoder allocates the columns that it hands on, and nothing for each record besides.</summary>
public class DecoderAllocationTests
{
    private const int Records = 10_000;
    private const int MostBytesPerRecord = 80;

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public void Given_a_large_batch_When_it_is_decoded_Then_only_the_columns_are_allocated(string format)
    {
        var schema = new RecordSchema { Format = format, Features = ["x"], Columns = ["key", "time", "value", "x", "unused"] };
        var records = BatchOf.Values([.. Enumerable.Range(0, Records).Select(i => format == "json"
            ? $$"""{"key":"link-{{i % 100:000}}","time":"2023-11-14T22:13:20.123Z","value":{{i}}.25,"x":1e-3,"unused":["{{new string('t', 25)}}"]}"""
            : $"link-{i % 100:000},2023-11-14T22:13:20.123Z,{i}.25,1e-3,\"{new string('t', 45)}\"")]);
        var decoder = schema.CreateDecoder();
        Assert.Empty(decoder.Decode(records).DeadLetters);

        var allocated = Allocated(decoder, records);

        Assert.True(
            allocated < Records * MostBytesPerRecord,
            $"decoding {Records} records of {format}: expected less than {MostBytesPerRecord} bytes each, got {(double)allocated / Records}.");
    }

    private static long Allocated(IRecordDecoder decoder, RecordBatch records)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Decode(records);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
