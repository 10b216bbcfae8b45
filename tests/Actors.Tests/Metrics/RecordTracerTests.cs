using System.Collections.Concurrent;
using System.Diagnostics;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Tests.Pipelines;

namespace StreamLearn.Actors.Tests.Metrics;

public sealed class RecordTracerTests
{
    [Fact]
    public void Given_nobody_who_listens_when_records_go_by_then_none_is_traced() => Assert.Equal(-1, Tracer(1).FirstTraced([0, 1, 2]));

    [Theory]
    [InlineData(0.0, -1L, new long[] { 0, 1, 2, 100 })]
    [InlineData(1.0, 5L, new long[] { 5, 6, 7 })]
    [InlineData(0.01, 100L, new long[] { 5, 60, 100, 200 })]
    [InlineData(0.01, 200L, new long[] { 5, 60, 101, 200 })]
    [InlineData(0.01, -1L, new long[] { 5, 60, 101, 199 })]
    [InlineData(0.01, 300L, new long[] { 101, 250, 299, 300, 400 })]
    [InlineData(0.01, 0L, new long[] { 0, 50 })]
    [InlineData(0.3, 3L, new long[] { 1, 2, 3 })]
    public void Given_a_ratio_when_offsets_go_by_then_every_so_many_th_is_traced(double ratio, long traced, long[] offsets)
    {
        using var listener = Listener([]);

        Assert.Equal(traced, Tracer(ratio).FirstTraced(offsets));
        Assert.Equal(-1, Tracer(ratio).FirstTraced([]));
    }

    [Fact]
    public void Given_parts_of_a_way_when_they_are_added_by_several_then_they_are_one_trace_with_their_times_and_records()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = Listener(ended);

        Tracer(1).Add("chunk", 3, 17, TimeSpan.FromSeconds(2), 50);
        Tracer(1).Add("learn", 3, 17, TimeSpan.FromSeconds(1), 50);
        Tracer(1).Add("learn", 4, 17, TimeSpan.FromSeconds(1), 50);
        Tracer(1).Add("learn", 3, -1, TimeSpan.FromSeconds(1), 50);

        Assert.Equal(["chunk", "learn", "learn"], ended.Select(activity => activity.OperationName));
        var all = ended.ToArray();
        Assert.Equal(all[0].TraceId, all[1].TraceId);
        Assert.NotEqual(all[0].TraceId, all[2].TraceId);
        Assert.Equal(Tracer(1).ContextOf(3, 17).TraceId, all[0].TraceId);
        Assert.Equal(TimeSpan.FromSeconds(2), all[0].Duration);
        Assert.Equal(
            [("streamlearn.offset", 17L), ("streamlearn.partition", 3), ("streamlearn.pipeline", "test"), ("streamlearn.records", 50)],
            all[0].TagObjects.Select(tag => (tag.Key, tag.Value!)).OrderBy(tag => tag.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Given_nothing_to_trace_when_chunks_go_by_then_nothing_is_allocated()
    {
        var tracer = Tracer(0);
        long[] offsets = [1, 2, 3];
        _ = tracer.FirstTraced(offsets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            tracer.Add("chunk", 0, tracer.FirstTraced(offsets), TimeSpan.Zero, 3);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RecordTracer Tracer(double ratio) => new(Examples.Pipeline() with { TraceRatio = ratio });

    private static ActivityListener Listener(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RecordTracer.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
