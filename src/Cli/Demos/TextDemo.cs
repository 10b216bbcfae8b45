using System.Globalization;
using System.Text.Json.Nodes;
using Akka.Actor;
using Spectre.Console.Rendering;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Language;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>A mixture of texts of several domains, and a small transformer that learns them as they come.</summary>
/// <param name="texts">The texts with their domains.</param>
/// <param name="count">How many there are.</param>
/// <param name="description">What they are, in words.</param>
/// <param name="duration">How long it is to take; zero: as fast as it goes.</param>
/// <param name="time">Clock of the pace.</param>
internal sealed class TextDemo(IEnumerable<(string Domain, byte[] Text)> texts, int count, string description, TimeSpan duration, TimeProvider time) : IDemo
{
    /// <summary>Its name, as <c>--scenario</c> has it.</summary>
    internal const string Name = "text";

    /// <summary>Texts of the demo, unless it is said otherwise.</summary>
    internal const int Texts = 6000;

    // Of the first text; they come a second apart.
    private const long Start = 1_078_099_200_000;

    private const string PipelineKey = "texts";

    private LanguageSummary? _last;
    private LanguagePlan? _plan;

    /// <summary>HOCON of the pipeline.</summary>
    internal static string Block => TextRecords.Pipeline(PipelineKey);

    public string PipelineName => PipelineKey;

    public string PipelineBlock => Block;

    /// <summary>One model for all texts: one partition.</summary>
    public int Partitions => 1;

    public string Description => description;

    public async Task FeedAsync(KafkaSettings kafka, RunningPipeline pipeline, CancellationToken cancellation)
    {
        using var batches = new KafkaBatchProducer(kafka, warning => People.Say(warning));
        var producer = new PacedProducer(batches, pipeline.Definition.Topic, time);
        var rate = duration > TimeSpan.Zero ? count / duration.TotalSeconds : double.PositiveInfinity;
        var records = texts.Take(count).Select((text, number) => TextRecords.Of(text.Domain, text.Text, Start + (1000L * number)));
        await producer.WriteAsync(records, rate, () => pipeline.Progress.Records, cancellation);
        var watch = new StandstillWatch(time);
        while (pipeline.Progress.Records < producer.Written)
        {
            watch.See(pipeline.Progress.Records, producer.Written, "records answered");
            await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
        }

        await LookAsync(pipeline);
    }

    public Task ShowAsync(RunningPipeline pipeline, Task until) => new LiveDisplay(time, async () =>
    {
        await LookAsync(pipeline);
        return View is { } view ? (IRenderable)view.Table(Line(pipeline)) : null;
    }, () => Line(pipeline)).ShowAsync(until);

    public void ShowOutcome()
    {
        if (View is { } view)
        {
            People.Console.Write(view.Table("perplexity of a token before it was learned; weight of a sequence where it was learned, 1 where all count alike"));
        }
    }

    public void AddTo(JsonObject json) => View?.AddTo(json);

    private TextView? View => _last is { } summary ? new TextView(_plan!, summary) : null;

    private async Task LookAsync(RunningPipeline pipeline)
    {
        try
        {
            _plan = (LanguagePlan)pipeline.Definition.Plan;
            _last = (LanguageSummary)await pipeline.SummarizeAsync();
        }
        catch (AskTimeoutException)
        {
            // A bucket that is busy: what is known stays as it is until the next time.
        }
    }

    private string Line(RunningPipeline pipeline) => string.Create(
        CultureInfo.InvariantCulture, $"{pipeline.Progress.Records} of {count} texts, {pipeline.Progress.DeadLetters} dead letters");
}
