using System.Globalization;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Output;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The fault drill of a forecast pipeline: node processes are killed, and worse, while records come; then the state in the store is
/// compared with that of a run over the same records to which nothing happened.
/// </summary>
internal class ForecastDrill(DrillOptions options, TimeProvider time) : Drill<ForecastReader>(options, time)
{
    /// <summary>The topic of the records.</summary>
    internal const string Topic = "drill";

    // A kill, the wait for the group's session to end, a start and a while of work; twice that, for records must not end before the kills do on a machine
    // that is at work on something else.
    private const double SecondsForEachKill = 28;

    // Every kind of state that a forecast pipeline has: a network, its mixture with experts, detectors, a mini-batch learner.
    private const string Pipeline = $$"""
        source { topic = {{Topic}}, key = link, time = ts, value = load, co-partitioned = on }
        task { kind = forecast, horizons = [1, 3], step = 60s }
        learner { kind = hybrid, units = 8, window = 8, lags = 4, period = 48, second-period = 0, warm-up = 200, experts = "recursive-least-squares, incremental" }
        rivals = [gru, multilayer-perceptron]
        drift { detectors = [{ kind = page-hinkley, on = error }] }
        buckets = 2
        """;

    private readonly DrillRecords _records = new(options.Seed);
    private volatile bool _hurry;

    /// <inheritdoc/>
    protected override DrillFindings Findings { get; } = new();

    /// <inheritdoc/>
    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        People.Say("first the undisturbed run");
        await using var stage = await SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, Time);
        var node = await stage.StartNodeAsync(ProtocolMutant.None, cancellation);
        await ProduceAsync(stage, double.PositiveInfinity, cancellation);
        await CoveredAsync(stage, log, node, cancellation);
        if (await node.StopAsync(StopLimit) is var code and not 0)
        {
            throw new InvalidOperationException($"The undisturbed node ended with exit code {code}: {node.Tail()}");
        }

        Findings.ExpectedHash = stage.Pipeline.Plan.Summarize(await stage.ReportsAsync(cancellation)).StateHash();
    }

    /// <inheritdoc/>
    protected override Task<DrillStage> SetAsync(CancellationToken cancellation) =>
        DrillStage.SetAsync([Topic, $"{Topic}.predictions", $"{Topic}.dead-letter", $"{Topic}.drift"], Pipeline, cancellation);

    /// <inheritdoc/>
    protected override ForecastReader CreateReader(DrillStage stage) => new(stage.Config.Kafka, Options.Records, Time);

    /// <summary>How long the faults take, about.</summary>
    protected virtual double ExpectedSeconds => Options.Kills * SecondsForEachKill;

    /// <inheritdoc/>
    protected override async Task DisturbAsync(DrillScene<ForecastReader> scene, CancellationToken cancellation)
    {
        // The load lasts longer than the faults; after them it comes as fast as it is taken.
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var producing = ProduceAsync(scene.Stage, Options.Records / (ExpectedSeconds * 1.3), given.Token);
        try
        {
            await DisturbAsync(
                scene,
                () =>
                {
                    _hurry = true;
                    return producing;
                },
                cancellation);
        }
        finally
        {
            await given.CancelAsync();
            await producing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The faults, until the last record is learned and nothing runs but the broker.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="allRecords">To be called after the last fault: ends when all records are written.</param>
    /// <param name="cancellation">Ends it.</param>
    protected virtual async Task DisturbAsync(DrillScene<ForecastReader> scene, Func<Task> allRecords, CancellationToken cancellation)
    {
        var node = await scene.Stage.StartNodeAsync(Options.Mutant, cancellation);
        for (var kill = 1; kill <= Options.Kills; kill++)
        {
            node = await RoundAsync(scene, node, kill, cancellation);
        }

        await allRecords();
        await CoveredAsync(scene.Stage, scene.Log, node, cancellation);
        await StopAsync(node);
    }

    /// <inheritdoc/>
    protected override async Task CountAsync(DrillScene<ForecastReader> scene, CancellationToken cancellation)
    {
        var produced = scene.Reader.Count(Findings);
        if (Findings.Records != Options.Records)
        {
            throw new DrillException(string.Create(
                CultureInfo.InvariantCulture, $"{Findings.Records} records are on {Topic}; expected the {Options.Records} that were produced"));
        }

        var reports = await scene.Stage.ReportsAsync(cancellation);
        Compare(Findings, produced, reports);
        Findings.Hash = scene.Stage.Pipeline.Plan.Summarize(reports).StateHash();
        await RequireCommittedAsync(scene.Log, scene.Stage.Group, Topic, cancellation);
    }

    /// <summary>From the start of a node to its kill, and the start of the next.</summary>
    private async Task<ChildProgram> RoundAsync(DrillScene<ForecastReader> scene, ChildProgram node, int kill, CancellationToken cancellation)
    {
        var before = scene.Reader.Outputs;
        await UntilAsync(() => scene.Reader.Outputs > before + BatchRecords, [node], "outputs of a node that has started", cancellation);
        var second = kill % 3 == 0 ? await SecondNodeAsync(scene.Stage, cancellation) : null;
        await DisturbBrokerAsync(scene, kill % 4, 1, cancellation);
        await WorkAsync(scene, kill, [node], () => scene.Reader.Outputs, 1, cancellation);
        await KillLearnersAsync(scene, node, kill, second is not null, cancellation);
        if (second is not null)
        {
            // It leaves in order, with what it has: the first comes back to all of it.
            await second.StopAsync(StopLimit);
        }

        // What comes from here on is of the next node.
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        scene.Reader.Mark();
        return await scene.Stage.StartNodeAsync(Options.Mutant, cancellation);
    }

    private async Task ProduceAsync(DrillStage stage, double rate, CancellationToken cancellation)
    {
        using var producer = new KafkaBatchProducer(stage.Config.Kafka, _ => { });
        await new DrillProducer(producer, Topic, number => _records[number], Time).WriteAsync(
            0, Options.Records, () => _hurry ? double.PositiveInfinity : rate, _ => { }, cancellation);
    }
}
