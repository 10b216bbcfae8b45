using System.Text.Json.Nodes;
using Spectre.Console.Rendering;
using StreamLearn.Cli.Output;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>Flows between a few pairs of cities, and a pipeline that chooses a path for each by what paths have cost; cables fail and come back.</summary>
internal sealed class BanditDemo : IDemo
{
    /// <summary>Its name, as <c>--scenario</c> has it.</summary>
    internal const string Name = "bandit";

    private const string Pipeline = "paths";
    private const long Flows = 20_000;

    /// <summary>Flows that wait for their path, at most. Where the machine is busy, flows come slower rather than be decided by a model that lags behind.</summary>
    private const int MostOpen = 50;

    private readonly PathChoiceWorld _world;
    private readonly FlowLedger _ledger;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;

    /// <param name="seed">Seed of the world.</param>
    /// <param name="duration">How long it is to take; zero: as fast as it goes.</param>
    /// <param name="time">Clock of the pace.</param>
    internal BanditDemo(ulong seed, TimeSpan duration, TimeProvider time)
    {
        _world = new PathChoiceWorld(seed);
        _ledger = new FlowLedger(_world.Menus, MostOpen);
        _duration = duration;
        _time = time;
    }

    /// <summary>HOCON of the pipeline.</summary>
    internal static string Block => PathFlowRecords.Pipeline(Pipeline);

    public string PipelineName => Pipeline;

    public string PipelineBlock => Block;

    public int Partitions => 2;

    public string Description =>
        $"{Flows} flows of {_world.Menus.Count} pairs of cities, each takes one of {_world.PathsPerPair} paths; two cables fail and come back";

    public async Task FeedAsync(KafkaSettings kafka, RunningPipeline pipeline, CancellationToken cancellation)
    {
        using var producer = new KafkaBatchProducer(kafka, warning => People.Say(warning));
        using var decisions = new DecisionReader(kafka, pipeline.Definition.PredictionsTopic, Partitions);
        var rate = _duration > TimeSpan.Zero ? Flows / _duration.TotalSeconds : double.PositiveInfinity;
        await new FlowLoop(_world, _ledger, Flows, rate, _time).RunAsync(producer, decisions, pipeline, cancellation);
    }

    public Task ShowAsync(RunningPipeline pipeline, Task until) => new LiveDisplay(
        _time,
        () => Task.FromResult<IRenderable?>(new RegretView(_ledger.Look()).LiveTable()),
        () => new RegretView(_ledger.Look()).Line).ShowAsync(until);

    public void ShowOutcome() => new RegretView(_ledger.Look()).Show();

    public void AddTo(JsonObject json) => new RegretView(_ledger.Look()).AddTo(json);
}
