using System.Text.Json.Nodes;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>A week of link loads, and a pipeline that forecasts them.</summary>
/// <param name="week">The week.</param>
/// <param name="duration">How long it is to take; zero: as fast as it goes.</param>
/// <param name="time">Clock of the pace.</param>
internal sealed class LinkLoadDemo(LinkLoadWeek week, TimeSpan duration, TimeProvider time) : IDemo
{
    /// <summary>Its name, as <c>--scenario</c> has it.</summary>
    internal const string Name = "link-load";

    /// <summary>HOCON of the pipeline.</summary>
    internal static string Block => LinkLoadRecords.Pipeline(Name);

    public string PipelineName => Name;

    public string PipelineBlock => Block;

    public int Partitions => 4;

    public string Description => week.Description;

    public async Task FeedAsync(KafkaSettings kafka, RunningPipeline pipeline, CancellationToken cancellation)
    {
        using var batches = new KafkaBatchProducer(kafka, warning => People.Say(warning));
        var producer = new PacedProducer(batches, pipeline.Definition.Topic, time);
        var rate = duration > TimeSpan.Zero ? week.Records / duration.TotalSeconds : double.PositiveInfinity;
        await producer.WriteAsync(LinkLoadRecords.Of(week.Loads), rate, () => pipeline.Progress.Records, cancellation);
        var watch = new StandstillWatch(time);
        while (pipeline.Progress.Records < producer.Written)
        {
            watch.See(pipeline.Progress.Records, producer.Written, "records answered");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
        }
    }

    public Task ShowAsync(RunningPipeline pipeline, Task until) =>
        new LiveView(pipeline, time, () => week.ClockAt(pipeline.Progress.Records), link => week.IsDown(link, pipeline.Progress.Records)).ShowAsync(until);

    public void ShowOutcome()
    {
        // The scores say it all.
    }

    public void AddTo(JsonObject json)
    {
        // The scores say it all.
    }
}
