using System.Globalization;
using StreamLearn.Cli.Output;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The fault drill of a forecast pipeline on a cluster: its nodes are killed, told to leave, suspended and cut off from each other while records come;
/// then the state in the store is compared with that of one node over the same records to which nothing happened.
/// </summary>
internal sealed class ClusterDrill(DrillOptions options, TimeProvider time) : ForecastDrill(options, time)
{
    // A fault, what the others make of it, and a start; more than that, for records must not end before the faults do.
    private const double SecondsForEachFault = 40;

    // What a node says that the others have gone on without.
    private const string RemovedLine = "This node has left the cluster without having been told to";

    // Others notice after four seconds.
    private const int BriefMilliseconds = 2000;

    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(120);

    /// <inheritdoc/>
    protected override ClusterFindings Findings { get; } = new();

    /// <inheritdoc/>
    protected override double ExpectedSeconds => (Options.Kills + Options.Leaves + Options.Suspensions + Options.Cuts) * SecondsForEachFault;

    /// <inheritdoc/>
    protected override async Task DisturbAsync(DrillScene<ForecastReader> scene, Func<Task> allRecords, CancellationToken cancellation)
    {
        using var relay = new NodeRelay(Options.Nodes);
        var cast = new ClusterCast(scene.Stage, relay, Options);
        Findings.CommittedNotStored = 0;
        await cast.StartAsync(cast.Numbers, cancellation);
        foreach (var step in ClusterPlan.Of(Options))
        {
            await AtWorkAsync(scene, cast, BatchRecords, cancellation);
            Findings.FirstSeedFaults += step.Node == 0 || step.Fault == ClusterFault.KillAll ? 1 : 0;
            var (rewinds, started) = (scene.Stage.Rewinds, Time.GetTimestamp());
            var outcome = await (step.Fault switch
            {
                ClusterFault.Kill or ClusterFault.KillAll => KillAsync(scene, cast, step, cancellation),
                ClusterFault.Leave => LeaveAsync(scene, cast, step, cancellation),
                ClusterFault.Suspend or ClusterFault.SuspendBriefly => SuspendAsync(scene, cast, step, cancellation),
                _ => CutAsync(scene, cast, relay, step, cancellation),
            });
            await AtWorkAsync(scene, cast, BatchRecords, cancellation);
            var more = scene.Stage.Rewinds - rewinds;
            Findings.LeaveRewinds += step.Fault == ClusterFault.Leave ? more : 0;
            People.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Fault} of node {step.Node + 1}: {outcome}, {more} rewinds, {scene.Reader.Records.Sum()} records there, {Time.GetElapsedTime(started).TotalSeconds:0} s"));
        }

        await allRecords();
        await CoveredAsync(scene.Stage, scene.Log, cast.Nodes[0], cancellation);
        await Task.WhenAll(cast.Nodes.Select(StopAsync));
    }

    /// <summary>Waits for outputs of a cluster that is whole. A node that has been removed without need is started again.</summary>
    private async Task AtWorkAsync(DrillScene<ForecastReader> scene, ClusterCast cast, int more, CancellationToken cancellation)
    {
        var (before, started) = (scene.Reader.Outputs, Time.GetTimestamp());
        while (scene.Reader.Outputs < before + more)
        {
            foreach (var number in cast.Numbers.Where(number => !cast[number].Runs).ToList())
            {
                await RequireRemovedAsync(cast[number], "at work");
                People.Say($"node {number + 1} has been removed, and nothing had been done to it that called for it");
                Findings.RemovedUnasked++;
                await cast.StartAsync([number], cancellation);
                started = Time.GetTimestamp();
            }

            RequireSoon(started, $"{more} outputs, of {scene.Reader.Records.Sum()} records there", cast.Nodes);
            await Task.Delay(Look, Time, cancellation);
        }
    }

    /// <summary>Waits for outputs of the nodes that are left, where they can do all that there is to do.</summary>
    private async Task WithoutAsync(DrillScene<ForecastReader> scene, ClusterCast cast, int number, CancellationToken cancellation)
    {
        if (cast.CanDoWithout(number))
        {
            var before = scene.Reader.Outputs;
            await UntilAsync(() => scene.Reader.Outputs >= before + BatchRecords, cast.Except(number), "outputs of the nodes that are left", cancellation);
        }
    }

    private async Task<string> KillAsync(DrillScene<ForecastReader> scene, ClusterCast cast, ClusterStep step, CancellationToken cancellation)
    {
        await DisturbBrokerAsync(scene, step.Kill % 4, Options.Nodes, cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(200, 3000)), Time, cancellation);
        scene.Reader.Resume();
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        await AtWorkAsync(scene, cast, 1, cancellation);
        var all = step.Fault == ClusterFault.KillAll;
        var downings = ClusterCast.Downings(cast.Except(step.Node));
        var kill = KillAsync(scene, cast[step.Node], step.Kill);
        await Task.WhenAll(all ? [kill, .. cast.Except(step.Node).Select(other => other.KillAsync())] : [kill]);
        var outcome = await LookAsync(scene, all, cancellation);
        if (step.IsLate && !all)
        {
            await UntilAsync(() => ClusterCast.Downings(cast.Except(step.Node)) > downings, cast.Except(step.Node), "a downing of the killed node", cancellation);
            await WithoutAsync(scene, cast, step.Node, cancellation);
        }

        await cast.StartAsync(all ? cast.Numbers : [step.Node], cancellation);
        return outcome;
    }

    /// <summary>Looks at what was written and stored when a node was killed, and whether something was in flight.</summary>
    private async Task<string> LookAsync(DrillScene<ForecastReader> scene, bool all, CancellationToken cancellation)
    {
        // First what is committed: others may go on.
        var committed = await scene.Log.CommittedAsync(scene.Stage.Group, Topic, cancellation);
        var stored = await scene.Stage.Store.DescribeAsync(scene.Stage.Pipeline.Name, cancellation)
            ?? throw new DrillException("nothing is stored of the pipeline");
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var answered = scene.Reader.NewestAnswered;
        var its = all ? [.. Enumerable.Range(0, DrillStage.Partitions)] : await SilentAsync(scene, cancellation);
        var next = stored.Cursors.ToDictionary(cursor => cursor.Partition, cursor => cursor.Next);
        var inFlight = its.Count(partition => answered[partition] >= next.GetValueOrDefault(partition));
        Findings.KillsInFlight += inFlight > 0 ? 1 : 0;
        scene.Damage.Settle(stored);
        Findings.CommittedNotStored += IsCommittedNotStored(scene, stored, committed) ? 1 : 0;
        var struck = all ? Strike(scene, stored) : null;
        Findings.KillsOfAll += all ? 1 : 0;

        // What comes from here on is of those who have its partitions next.
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        scene.Reader.Mark();
        return string.Create(CultureInfo.InvariantCulture, $"in flight in {inFlight} of {its.Count} partitions, damaged {struck?.ToString() ?? "-"}");
    }

    private async Task<string> LeaveAsync(DrillScene<ForecastReader> scene, ClusterCast cast, ClusterStep step, CancellationToken cancellation)
    {
        var started = Time.GetTimestamp();
        await StopAsync(cast[step.Node]);
        Findings.Leaves++;
        var seconds = Time.GetElapsedTime(started).TotalSeconds;
        if (step.IsLate)
        {
            await WithoutAsync(scene, cast, step.Node, cancellation);
        }

        await cast.StartAsync([step.Node], cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"gone after {seconds:0.0} s");
    }

    private async Task<string> SuspendAsync(DrillScene<ForecastReader> scene, ClusterCast cast, ClusterStep step, CancellationToken cancellation)
    {
        var (node, others) = (cast[step.Node], cast.Except(step.Node));
        var (downings, started) = (ClusterCast.Downings(others), Time.GetTimestamp());
        node.Suspend();
        if (step.Fault == ClusterFault.SuspendBriefly)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(500, BriefMilliseconds)), Time, cancellation);
            node.Resume();
            Findings.BriefSuspensions++;
            return string.Create(CultureInfo.InvariantCulture, $"{Time.GetElapsedTime(started).TotalSeconds:0.0} s");
        }

        await UntilAsync(() => ClusterCast.Downings(others) > downings, others, "a downing of the suspended node", cancellation);
        await WithoutAsync(scene, cast, step.Node, cancellation);
        var seconds = Time.GetElapsedTime(started).TotalSeconds;

        // It is a zombie now, with records that it has read and learners that others have.
        node.Resume();
        Findings.Suspensions++;
        await RequireRemovedAsync(node, "suspended");
        Findings.Removed++;
        var all = Time.GetElapsedTime(started).TotalSeconds;
        await cast.StartAsync([step.Node], cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s, ended {all - seconds:0.0} s later");
    }

    private async Task<string> CutAsync(DrillScene<ForecastReader> scene, ClusterCast cast, NodeRelay relay, ClusterStep step, CancellationToken cancellation)
    {
        var (node, others) = (cast[step.Node], cast.Except(step.Node));
        var (downings, started) = (ClusterCast.Downings(others), Time.GetTimestamp());
        relay.Cut(step.Node);
        if (step.Fault == ClusterFault.CutBriefly)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(500, BriefMilliseconds)), Time, cancellation);
            relay.Heal(step.Node);
            Findings.BriefCuts++;
            return string.Create(CultureInfo.InvariantCulture, $"{Time.GetElapsedTime(started).TotalSeconds:0.0} s");
        }

        await UntilAsync(() => ClusterCast.Downings(others) > downings, others, "a downing of the node that was cut off", cancellation);
        Findings.Cuts++;
        await RequireRemovedAsync(node, "cut off");
        Findings.Removed++;
        var seconds = Time.GetElapsedTime(started).TotalSeconds;
        await WithoutAsync(scene, cast, step.Node, cancellation);
        relay.Heal(step.Node);
        await cast.StartAsync([step.Node], cancellation);
        return string.Create(CultureInfo.InvariantCulture, $"ended after {seconds:0.0} s");
    }

    /// <summary>Waits until a node has found that the others go on without it.</summary>
    private async Task RequireRemovedAsync(ChildProgram node, string what)
    {
        int code;
        try
        {
            code = await node.ExitCodeAsync().WaitAsync(RemovalLimit, Time);
        }
        catch (TimeoutException)
        {
            throw new DrillException($"a node that was {what} did not end within {RemovalLimit.TotalSeconds:0} s: {node.Tail()}");
        }

        if (code != 1 || !node.Tail().Contains(RemovedLine, StringComparison.Ordinal))
        {
            throw new DrillException($"a node that was {what} ended with exit code {code}; expected 1, for it has been removed: {node.Tail()}");
        }
    }

    private void RequireSoon(long started, string what, IReadOnlyList<ChildProgram> nodes)
    {
        if (Time.GetElapsedTime(started) > LongestStandstill)
        {
            throw new DrillException(
                $"waited {LongestStandstill.TotalSeconds:0} s for {what}: {string.Join(" || ", nodes.Select(node => node.Tail()))}");
        }
    }
}
