using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

/// <summary>Decoders allocate the columns that they hand on, and nothing for each record besides.</summary>
public sealed class BanditAllocationTests
{
    private const int Records = 5000;
    private const int MostBytesPerRecord = 80;

    [Theory]
    [InlineData("json", """{"key":"k","id":"d1","time":"2023-11-14T22:13:20Z","x":1.5,"actions":[{"id":"a","price":3},{"id":"b","price":4}],"allowed":["a"]}""")]
    [InlineData("json", """{"key":"k","id":7,"time":1,"x":1.5,"actions":[{"id":"a","price":3}],"action":"a","probability":0.5,"cost":1}""")]
    [InlineData("vw", "shared 'd |User age:25 city:paris\n'a1 |Action id=a1 price:3\n0:0.5:0.25 'a2 |Action id=a2 price:9")]
    [InlineData("vw", "|a x\n|a y")]
    [InlineData("dsjson", """{"_label_cost":0,"_label_probability":0.8,"_labelIndex":0,"EventId":"e","c":{"U":{"a":25,"c":"x y"},"_multi":[{"_tag":"a","T":{"p":3}}]}}""")]
    [InlineData("reward", """{"key":"k","id":"d1","time":"2023-11-14T22:13:20Z","cost":0.75}""")]
    public void Given_a_large_batch_When_it_is_decoded_Then_only_the_columns_are_allocated(string format, string value)
    {
        var schema = format == "json" ? Bandit.Own : Bandit.Fit(Bandit.Vw with { Format = format, HashBits = 2 });
        var decoder = format == "reward" ? new RewardSchema { Task = Bandit.Own.Task }.CreateDecoder() : schema.CreateDecoder();
        var records = BatchOf.Values([.. Enumerable.Repeat(value, Records)]);
        var payloads = decoder.Decode(records).Examples.Payloads.Length;
        Assert.Equal(Records, decoder.Decode(records).Examples.Count);
        var before = GC.GetAllocatedBytesForCurrentThread();

        decoder.Decode(records);

        var each = (double)(GC.GetAllocatedBytesForCurrentThread() - before - payloads) / Records;
        Assert.True(each < MostBytesPerRecord, $"decoding {Records} records of {format}: expected less than {MostBytesPerRecord} bytes each, got {each}.");
    }
}
