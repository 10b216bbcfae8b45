using StreamLearn.Actors.Metrics;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Tests.Metrics;

public sealed class FlowMeterTests
{
    private readonly FlowMeter _meter = new();

    [Fact]
    public void Given_chunks_when_they_are_taken_then_quantiles_are_of_what_came_since_the_last_time()
    {
        for (var records = 1; records <= 100; records++)
        {
            _meter.AddChunk(records);
            _meter.AddAnswer(TimeSpan.FromMilliseconds(records));
        }

        var (chunks, answers) = _meter.TakeChunks();

        Assert.Equal(100, chunks.Count);
        AssertNear((50.5, 50, 90, 99, 100), chunks);
        AssertNear((0.0505, 0.050, 0.090, 0.099, 0.100), answers);
        Assert.Equal((0L, true), (_meter.TakeChunks().Records.Count, double.IsNaN(_meter.TakeChunks().Seconds.P99)));
        _meter.AddChunk(7);
        Assert.Equal((1L, 7.0), (_meter.TakeChunks().Records.Count, 7.0));
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Given_a_clock_that_jumps_when_an_answer_is_recorded_then_it_counts(double seconds)
    {
        _meter.AddAnswer(TimeSpan.FromSeconds(seconds));

        var answers = _meter.TakeChunks().Seconds;
        Assert.Equal(1, answers.Count);
        Assert.InRange(answers.Max, 0, 3700);
    }

    [Fact]
    public void Given_chunks_when_they_are_recorded_then_nothing_is_allocated()
    {
        _meter.AddChunk(1);
        _meter.AddAnswer(TimeSpan.FromMilliseconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _meter.AddChunk(i);
            _meter.AddAnswer(TimeSpan.FromMilliseconds(i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Given_many_writers_when_they_record_while_it_is_read_then_nothing_is_lost()
    {
        const int each = 20_000;
        var taken = 0L;
        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                _meter.AddChunk(1);
            }
        })));
        while (!writers.IsCompleted)
        {
            taken += _meter.TakeChunks().Records.Count;
        }

        Assert.Equal(4 * each, taken + _meter.TakeChunks().Records.Count);
    }

    [Fact]
    public void Given_dead_letters_when_they_are_counted_then_each_reason_has_its_own()
    {
        _meter.AddDeadLetters([Letter(DeadLetterReason.Malformed), Letter(DeadLetterReason.BadKey), Letter(DeadLetterReason.Malformed), Letter("no such reason")]);

        Assert.Equal([(DeadLetterReason.Malformed, 2L), (DeadLetterReason.BadKey, 1L)], _meter.DeadLetters);
    }

    [Fact]
    public void Given_the_reasons_when_they_are_listed_then_none_is_missing() => Assert.Equal(
        typeof(DeadLetterReason).GetFields().Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetRawConstantValue()!).Order(),
        DeadLetterReason.All.Order());

    [Fact]
    public void Given_a_partition_when_it_flows_then_its_lag_is_what_the_log_has_more()
    {
        long? end = null;
        var now = DateTimeOffset.FromUnixTimeMilliseconds(100_000);
        var flow = _meter.Enter(3, next: 10, () => end);
        Assert.Equal((null, null), (flow.LagRecords, flow.LagSeconds(now)));

        end = 25;
        Assert.Equal((15L, null), (flow.LagRecords, flow.LagSeconds(now)));
        flow.Done(20, 93_000);
        Assert.Equal((5L, 7.0), (flow.LagRecords!.Value, flow.LagSeconds(now)!.Value));

        // The end that is known may be older than what has been read.
        flow.Done(26, 93_000);
        Assert.Equal((0L, 0.0), (flow.LagRecords!.Value, flow.LagSeconds(now)!.Value));
    }

    [Fact]
    public void Given_a_partition_that_has_come_back_when_its_old_ingest_ends_then_the_new_one_stays()
    {
        var old = _meter.Enter(1, 0, () => null);
        var now = _meter.Enter(1, 5, () => null);
        _meter.Enter(0, 0, () => null);

        _meter.Leave(old);
        Assert.Equal([0, 1], _meter.Partitions.Select(flow => flow.Partition));
        _meter.Leave(now);
        Assert.Equal(0, Assert.Single(_meter.Partitions).Partition);
    }

    private static void AssertNear((double Mean, double Median, double P90, double P99, double Max) expected, FlowQuantiles actual)
    {
        Near(expected.Mean, actual.Mean);
        Near(expected.Median, actual.Median);
        Near(expected.P90, actual.P90);
        Near(expected.P99, actual.P99);
        Near(expected.Max, actual.Max);

        static void Near(double value, double found) => Assert.InRange(found, value * 0.985, value * 1.015);
    }

    private static OutputRecord Letter(string reason) => new(null, null, Reason: reason);
}
