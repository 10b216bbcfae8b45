using System.Globalization;
using StreamLearn.Actors.Events;
using StreamLearn.Cli.Output;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The fault drill of a pipeline that joins what comes apart: nodes, copiers apart from learners, and both producers are killed, and worse; then the state in the store is
/// compared with the one that the log of copies gives, read from its beginning.
/// </summary>
/// <param name="options">What is to be done.</param>
/// <param name="records">The task with its records.</param>
/// <param name="time">The clock.</param>
internal sealed class JoinDrill(DrillOptions options, JoinRecords records, TimeProvider time) : Drill<JoinReader>(options, time)
{
    internal const string Examples = "drill.examples";
    internal const string Outcomes = "drill.outcomes";
    internal const string Events = "drill.events";
    internal const string Outputs = "drill.outputs";
    internal const string DeadLetters = "drill.dead-letter";

    // Examples must not end before the kills do, also on a machine that is at work on something else; a kill takes half of that.
    private const double SecondsForEachKill = 40;

    // After the kills: faster than before, and outcomes still find their examples.
    private const double LastRate = 600;

    // Examples and outcomes may be written many times.
    private const int MostRepeats = 20;

    private ChildProgram? _examples;
    private ChildProgram? _outcomes;
    private int _examplesWritten;

    /// <inheritdoc/>
    protected override JoinFindings Findings { get; } = new(records);

    /// <inheritdoc/>
    protected override Task PrepareAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override Task<DrillStage> SetAsync(CancellationToken cancellation) =>
        DrillStage.SetAsync([Examples, Outcomes, Events, Outputs, DeadLetters], records.Pipeline, cancellation);

    /// <inheritdoc/>
    protected override JoinReader CreateReader(DrillStage stage) => new(stage.Config.Kafka, Options.Records, Options.Records * MostRepeats, Time);

    /// <inheritdoc/>
    protected override async Task DisturbAsync(DrillScene<JoinReader> scene, CancellationToken cancellation)
    {
        var cast = new DrillCast(scene.Stage, Options.Mutant);
        StartExamples(scene.Stage, Rate);
        StartOutcomes(scene.Stage);
        for (var kill = 1; kill <= Options.Kills; kill++)
        {
            await RoundAsync(scene, cast, JoinRound.Of(kill), kill, cancellation);
        }

        await KillProducerAsync(_examples!);
        StartExamples(scene.Stage, Math.Max(Rate, LastRate));
        await cast.ArrangeAsync([NodeParts.All], StopAsync, cancellation);
        await SettleAsync(scene, cast[NodeParts.All], cancellation);
        await cast.ArrangeAsync([], StopAsync, cancellation);
    }

    /// <inheritdoc/>
    protected override async Task CountAsync(DrillScene<JoinReader> scene, CancellationToken cancellation)
    {
        var pipeline = scene.Stage.Pipeline;
        var rebuilt = await Task.Run(() => JoinRebuild.Run(scene.Stage.Config.Kafka, pipeline, Time, cancellation), cancellation);
        var produced = scene.Reader.Count(Findings, rebuilt.Outputs);
        var reports = await scene.Stage.ReportsAsync(cancellation);
        Compare(Findings, produced, reports);
        var summary = pipeline.Plan.Summarize(reports);
        Findings.Join = summary is BanditSummary bandit ? bandit.Join : ((SupervisedSummary)summary).Join;
        Findings.Hash = summary.StateHash();
        Findings.ExpectedHash = rebuilt.StateHash;
        await RequireCommittedAsync(scene.Log, scene.Stage.Group, Events, cancellation);
    }

    // The load lasts longer than the kills.
    private double Rate => Options.Records / (Options.Kills * SecondsForEachKill * 1.3);

    /// <summary>Up to a kill, from the start of the nodes that it takes.</summary>
    private async Task RoundAsync(DrillScene<JoinReader> scene, DrillCast cast, JoinRound round, int kill, CancellationToken cancellation)
    {
        await cast.ArrangeAsync(round.Nodes, StopAsync, cancellation);
        var (reader, victim) = (scene.Reader, cast[round.Victim]);
        var before = reader.Outputs;
        await UntilAsync(() => reader.Outputs > before + BatchRecords, [.. cast.Nodes, _examples!], "outputs of nodes that have started", cancellation);
        var second = round.HasSecond ? await SecondNodeAsync(scene.Stage, cancellation) : null;
        await DisturbBrokerAsync(scene, round.BrokerTurn, 2, cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(200, 2000)), Time, cancellation);
        await KillProducerAsync(round.KillsExamples ? _examples! : _outcomes!);
        if (round.KillsExamples)
        {
            StartExamples(scene.Stage, Rate);
        }
        else
        {
            StartOutcomes(scene.Stage);
        }

        await WorkAsync(
            scene, kill, [.. cast.Nodes, _examples!, _outcomes!], () => round.Victim == NodeParts.Copiers ? reader.Copies : reader.Outputs, BatchRecords,
            cancellation);
        if (round.Victim == NodeParts.Copiers)
        {
            await KillCopiersAsync(scene, victim, kill, cancellation);
        }
        else
        {
            await KillLearnersAsync(scene, victim, kill, second is not null, cancellation);
            await LookAtCopiersAsync(scene, kill, cancellation);
        }

        cast.Forget(round.Victim);
        if (second is not null)
        {
            // It leaves in order, with what it has.
            await StopAsync(second);
        }

        // What comes from here on is of the next node.
        await reader.CatchUpAsync(scene.Log, cancellation);
        reader.Mark();
    }

    private async Task KillCopiersAsync(DrillScene<JoinReader> scene, ChildProgram node, int kill, CancellationToken cancellation)
    {
        await KillAsync(scene, node, kill);
        Findings.CopierKills++;
        Findings.KillsInFlight += await LookAtCopiersAsync(scene, kill, cancellation) > 0 ? 1 : 0;
    }

    /// <summary>Looks whether copiers have committed what they have not copied.</summary>
    /// <returns>In how many partitions a record has been copied that is not committed.</returns>
    private async Task<int> LookAtCopiersAsync(DrillScene<JoinReader> scene, int kill, CancellationToken cancellation)
    {
        // First what is committed: copiers may go on.
        var committed = await CommittedAsync(scene, cancellation);
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var ahead = Enumerable.Range(0, committed.Count).Sum(source => scene.Reader.NotCopied(source, committed[source]));
        Findings.CommittedNotStored = (Findings.CommittedNotStored ?? 0) + (ahead > 0 ? 1 : 0);
        var inFlight = Enumerable.Range(0, committed.Count).Sum(source => scene.Reader.CopiedBeyond(source, committed[source]));
        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"kill {kill}: {committed.Sum(source => source.Sum(next => Math.Max(0, next)))} records committed by the copiers; in flight in {inFlight} partitions"));
        return inFlight;
    }

    private static async Task<IReadOnlyList<long[]>> CommittedAsync(DrillScene<JoinReader> scene, CancellationToken cancellation)
    {
        var committed = new List<long[]>();
        foreach (var source in scene.Stage.Pipeline.Sources)
        {
            committed.Add(await scene.Log.CommittedAsync(EventsCopier.GroupOf(scene.Stage.Group, source), source.Topic, cancellation));
        }

        return committed;
    }

    /// <summary>Waits until all examples are written and answered, then all outcomes written and learned.</summary>
    private async Task SettleAsync(DrillScene<JoinReader> scene, ChildProgram node, CancellationToken cancellation)
    {
        if (await _examples!.ExitCodeAsync().WaitAsync(TimeSpan.FromMinutes(5), Time, cancellation) is var code and not 0)
        {
            throw new DrillException($"the producer of examples ended with exit code {code}: {_examples.Tail()}");
        }

        await CopiedAsync(scene, 0, node, cancellation);
        await CoveredAsync(scene.Stage, scene.Log, node, cancellation);
        await StopAsync(_outcomes!);
        await CopiedAsync(scene, 1, node, cancellation);
        await CoveredAsync(scene.Stage, scene.Log, node, cancellation);
    }

    private Task CopiedAsync(DrillScene<JoinReader> scene, int source, ChildProgram node, CancellationToken cancellation) => ReachedAsync(
        scene.Log, scene.Stage.Pipeline.Sources[source].Topic, "copied", node,
        async () => (await CommittedAsync(scene, cancellation))[source].Sum(next => Math.Max(0, next)), cancellation);

    private async Task KillProducerAsync(ChildProgram producer)
    {
        if (producer == _examples && !producer.Runs && Findings.Kills < Options.Kills)
        {
            throw new DrillException($"all examples were written before kill {Findings.Kills + 1}; expected more of them, or a machine with less to do: {producer.Tail()}");
        }

        if (producer.Runs)
        {
            Findings.ProducerKills++;
        }
        else if (await producer.ExitCodeAsync() is var code and not 0)
        {
            throw new DrillException($"a producer ended with exit code {code}: {producer.Tail()}");
        }

        await producer.KillAsync();
        if (producer == _examples && producer.Last(ExampleProducer.Written) is { } line)
        {
            _examplesWritten = int.Parse(line.AsSpan(ExampleProducer.Written.Length), CultureInfo.InvariantCulture);
        }
    }

    private void StartExamples(DrillStage stage, double rate) => _examples = stage.Start(
        "chaos", "examples", "--task", records.Task, "--from", Text(_examplesWritten), "--records", Text(Options.Records), "--rate", rate.ToString("R", CultureInfo.InvariantCulture),
        "--seed", Text(Options.Seed));

    private void StartOutcomes(DrillStage stage) => _outcomes = stage.Start("chaos", "outcomes", "--task", records.Task, "--seed", Text(Options.Seed));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
