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
        var later = _meter.TakeChunks().Records;
        Assert.Equal((1L, 7.0), (later.Count, later.Max));
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

    /// <summary>Regression: on a topic with a record an hour, a record that had just come seemed to have waited for an hour.</summary>
    [Fact]
    public void Given_a_partition_that_had_nothing_to_do_when_a_record_comes_then_it_has_waited_since_it_was_looked_at_last_at_most()
    {
        var end = 10L;
        var start = DateTimeOffset.FromUnixTimeMilliseconds(100_000);
        var flow = _meter.Enter(3, next: 0, () => end);
        flow.Done(10, 90_000);
        Assert.Equal(0, flow.LagSeconds(start + TimeSpan.FromHours(1)));

        end = 11;

        Assert.Equal(8, flow.LagSeconds(start + TimeSpan.FromHours(1) + TimeSpan.FromSeconds(8)));
        flow.Done(11, 100_000 + 3_605_000);
        end = 12;
        Assert.Equal(4, flow.LagSeconds(start + TimeSpan.FromHours(1) + TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void Given_topics_that_are_copied_when_partitions_of_the_same_number_come_and_go_then_each_is_its_own()
    {
        var contexts = _meter.EnterSource("contexts", 0, 5, () => 9);
        var rewards = _meter.EnterSource("rewards", 0, 7, () => 8);
        Assert.Equal([1L, 4L], _meter.Sources.Select(flow => flow.LagRecords!.Value).Order());
        Assert.Empty(_meter.Partitions);

        var again = _meter.EnterSource("contexts", 0, 8, () => 9);
        _meter.LeaveSource("contexts", contexts);
        _meter.LeaveSource("rewards", rewards);
        Assert.Equal(again, Assert.Single(_meter.Sources));
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
