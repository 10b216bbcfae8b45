using System.Globalization;
using System.Text;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Cli.Chaos;

/// <summary>A fault drill: processes are killed, and worse, while records come; then the state in the store is compared with one to which nothing
/// happened.</summary>
/// <typeparam name="TReader">Reads what is on its topics.</typeparam>
internal abstract class Drill<TReader>(DrillOptions options, TimeProvider time)
    where TReader : DrillReader
{
    /// <summary>Records after which a process counts as at work.</summary>
    protected const int BatchRecords = 100;

    /// <summary>How long a process may take to end.</summary>
    protected static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    /// <summary>Time between two looks.</summary>
    protected static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>How long nothing may go on.</summary>
    protected static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <summary>What is to be done.</summary>
    protected DrillOptions Options { get; } = options;

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>The faults' chance.</summary>
    protected Random Random { get; } = new(options.Seed);

    /// <summary>What has come of it so far.</summary>
    protected abstract DrillFindings Findings { get; }

    /// <summary>Carries it out.</summary>
    internal async Task<DrillFindings> RunAsync(CancellationToken cancellation)
    {
        People.Say(string.Create(CultureInfo.InvariantCulture, $"drill: {Options.Kills} kills, {Options.Records} records, seed {Options.Seed}"));
        await PrepareAsync(cancellation);
        try
        {
            await DisturbedAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // A mutant may well stand still: that is a finding too. So is whatever else kept the drill from its end.
            Findings.Stalled = exception is DrillException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
        }

        return Findings;
    }

    /// <summary>What has to be known before.</summary>
    protected abstract Task PrepareAsync(CancellationToken cancellation);

    /// <summary>Starts broker and store.</summary>
    protected abstract Task<DrillStage> SetAsync(CancellationToken cancellation);

    /// <summary>Reads what is on the topics.</summary>
    protected abstract TReader CreateReader(DrillStage stage);

    /// <summary>The faults, until the last record is learned and nothing runs but the broker.</summary>
    protected abstract Task DisturbAsync(DrillScene<TReader> scene, CancellationToken cancellation);

    /// <summary>Compares what is on the topics with what is in the store.</summary>
    protected abstract Task CountAsync(DrillScene<TReader> scene, CancellationToken cancellation);

    /// <summary>Starts a second node.</summary>
    protected async Task<ChildProgram> SecondNodeAsync(DrillStage stage, CancellationToken cancellation)
    {
        var second = await stage.StartNodeAsync(Options.Mutant, cancellation);
        Findings.SecondNodes++;

        // Until the group has shared out its partitions anew, or not quite.
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(500, 9000)), Time, cancellation);
        return second;
    }

    /// <summary>Does something to the broker.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="turn">1: it goes away and comes back; 2: requests get errors; 3: it answers late; else nothing.</param>
    /// <param name="times">How many errors of a kind, with several clients that may get them.</param>
    /// <param name="cancellation">Ends it.</param>
    protected async Task DisturbBrokerAsync(DrillScene<TReader> scene, int turn, int times, CancellationToken cancellation)
    {
        switch (turn)
        {
            case 1:
                await scene.Stage.Broker.OrderAsync("down 1", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(200, 2000)), Time, cancellation);
                await scene.Stage.Broker.OrderAsync("up 1", OrderLimit, cancellation);
                Findings.BrokerOutages++;

                break;
            case 2:
                // The errors are for the node.
                await scene.Reader.HoldAsync(cancellation);
                await scene.Stage.Broker.OrderAsync(Errors("Produce", "RequestTimedOut", 3), OrderLimit, cancellation);
                await scene.Stage.Broker.OrderAsync(Errors("Fetch", "NotLeaderForPartition", 3), OrderLimit, cancellation);
                await scene.Stage.Broker.OrderAsync(Errors("OffsetCommit", "GroupLoadInProgress", 2), OrderLimit, cancellation);
                Findings.RequestErrors += 8 * times;
                break;
            case 3:
                await scene.Stage.Broker.OrderAsync($"rtt 1 {Random.Next(20, 200)}", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(200, 2000)), Time, cancellation);
                await scene.Stage.Broker.OrderAsync("rtt 1 0", OrderLimit, cancellation);
                break;
        }

        string Errors(string request, string error, int count) =>
            string.Create(CultureInfo.InvariantCulture, $"error {request} {error} {count * times}");
    }

    /// <summary>Waits for a random Time, and then for the next output: those who are killed then are at work.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="kill">Which kill comes. Now and then it comes just after the random time: the node may not have found back to the broker yet, or the
    /// group is sharing out its partitions.</param>
    /// <param name="programs">Who must run.</param>
    /// <param name="progress">What grows as long as they work.</param>
    /// <param name="more">By how much it must have grown. The first outputs after a pause are stored at once.</param>
    /// <param name="cancellation">Ends it.</param>
    protected async Task WorkAsync(
        DrillScene<TReader> scene, int kill, IReadOnlyList<ChildProgram> programs, Func<long> progress, int more,
        CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Next(200, 3000)), Time, cancellation);
        if (kill % 8 != 5 && kill % 6 != 0)
        {
            scene.Reader.Resume();
            await scene.Reader.CatchUpAsync(scene.Log, cancellation);
            var before = progress();
            await UntilAsync(() => progress() >= before + more, programs, "outputs before a kill", cancellation);
        }
    }

    /// <summary>Kills a node with learners, and looks at what it had written and stored, and whether it was in flight.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="node">The node.</param>
    /// <param name="kill">Which kill it is.</param>
    /// <param name="others">Whether another node with learners is there.</param>
    /// <param name="cancellation">Ends it.</param>
    protected async Task KillLearnersAsync(DrillScene<TReader> scene, ChildProgram node, int kill, bool others, CancellationToken cancellation)
    {
        await KillAsync(scene, node, kill);
        var stored = await scene.Stage.Store.DescribeAsync(scene.Stage.Pipeline.Name, cancellation)
            ?? throw new DrillException("nothing is stored of the pipeline");
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var answered = scene.Reader.NewestAnswered;
        var its = others ? await SilentAsync(scene, cancellation) : [.. Enumerable.Range(0, DrillStage.Partitions)];
        var next = stored.Cursors.ToDictionary(cursor => cursor.Partition, cursor => cursor.Next);
        var inFlight = its.Count(partition => answered[partition] >= next.GetValueOrDefault(partition));
        Findings.KillsInFlight += inFlight > 0 ? 1 : 0;
        StruckRow? struck = null;
        if (!others)
        {
            scene.Damage.Settle(stored);
            var committed = await scene.Log.CommittedAsync(scene.Stage.Group, scene.Stage.Pipeline.LogTopic, cancellation);
            Findings.CommittedNotStored = (Findings.CommittedNotStored ?? 0) + (IsCommittedNotStored(scene, stored, committed) ? 1 : 0);
            struck = Strike(scene, stored);
        }

        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"kill {kill}: {next.Values.Sum()} records of the log covered, {scene.Reader.Records.Sum()} there that call for an output; "
            + $"in flight in {inFlight} of {its.Count} partitions, damaged {struck?.ToString() ?? "-"}, {scene.Stage.Rewinds} rewinds"));
    }

    /// <summary>Damages a row of the store, which nobody may have open for writing.</summary>
    protected StruckRow? Strike(DrillScene<TReader> scene, StoredPipeline stored)
    {
        var struck = scene.Damage.Strike(stored);
        Findings.CursorsDamaged += struck == StruckRow.Cursor ? 1 : 0;
        Findings.GenerationsDamaged += struck is StruckRow.Manifest or StruckRow.Key ? 1 : 0;
        return struck;
    }

    /// <summary>Kills a process that must be there to be killed.</summary>
    protected async Task KillAsync(DrillScene<TReader> scene, ChildProgram program, int kill)
    {
        if (!program.Runs)
        {
            throw new DrillException($"the node had ended before kill {kill}: {program.Tail()}");
        }

        await program.KillAsync();
        Findings.Kills++;
        scene.Reader.Resume();
    }

    /// <summary>Waits until the stored cursors cover everything on the topic that is learned from, and the group has heard of it.</summary>
    protected async Task CoveredAsync(DrillStage stage, DrillLog log, ChildProgram node, CancellationToken cancellation)
    {
        var topic = stage.Pipeline.LogTopic;
        await ReachedAsync(
            log, topic, "covered", node,
            async () => (await stage.Store.DescribeAsync(stage.Pipeline.Name, cancellation))?.Cursors.Sum(cursor => cursor.Next) ?? 0, cancellation);
        await ReachedAsync(
            log, topic, "committed", node, async () => (await log.CommittedAsync(stage.Group, topic, cancellation)).Sum(), cancellation);
    }

    /// <summary>Waits until something has come to the end of a topic.</summary>
    /// <param name="log">Says where that is.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="what">What its records are then.</param>
    /// <param name="node">Who does it.</param>
    /// <param name="reached">Of how many records it is done.</param>
    /// <param name="cancellation">Ends it.</param>
    protected async Task ReachedAsync(
        DrillLog log, string topic, string what, ChildProgram node, Func<Task<long>> reached, CancellationToken cancellation)
    {
        var (before, since) = (0L, Time.GetTimestamp());
        while (true)
        {
            var now = await reached();
            var end = (await log.EndsAsync(topic, cancellation)).Sum();
            if (now == end)
            {
                return;
            }

            if (now > before)
            {
                (before, since) = (now, Time.GetTimestamp());
            }
            else if (!node.Runs || Time.GetElapsedTime(since) > LongestStandstill)
            {
                throw new DrillException(string.Create(
                    CultureInfo.InvariantCulture, $"{now} of {end} records of {topic} are {what} and it does not go on: {node.Tail()}"));
            }

            await Task.Delay(Look, Time, cancellation);
        }
    }

    /// <summary>Waits until something holds, as long as the processes run that are to bring it about.</summary>
    protected async Task UntilAsync(Func<bool> holds, IReadOnlyList<ChildProgram> programs, string what, CancellationToken cancellation)
    {
        var started = Time.GetTimestamp();
        while (!holds())
        {
            if (programs.Any(program => !program.Runs) || Time.GetElapsedTime(started) > LongestStandstill)
            {
                throw new DrillException($"waited {Time.GetElapsedTime(started).TotalSeconds:0} s for {what}: {string.Join(" || ", programs.Select(program => program.Tail()))}");
            }

            await Task.Delay(Look, Time, cancellation);
        }
    }

    /// <summary>Tells a process to end, which it must do in order.</summary>
    protected static async Task StopAsync(ChildProgram program)
    {
        if (await program.StopAsync(StopLimit) is var code and not 0)
        {
            throw new DrillException($"a process that was told to end did so with exit code {code}: {program.Tail()}");
        }
    }

    /// <summary>The group must have committed the ends of all partitions of a topic.</summary>
    protected static async Task RequireCommittedAsync(DrillLog log, string group, string topic, CancellationToken cancellation)
    {
        var committed = await log.CommittedAsync(group, topic, cancellation);
        if (!committed.AsEnumerable().SequenceEqual(await log.EndsAsync(topic, cancellation)))
        {
            throw new DrillException($"{group} has committed [{string.Join(", ", committed)}] of {topic}; expected the ends of the partitions");
        }
    }

    /// <summary>Puts down, key by key, what the stored learners have not learned of the records on the topics, and what they have beyond.</summary>
    protected static void Compare(DrillFindings findings, IReadOnlyDictionary<string, long> produced, IReadOnlyList<KeyReport> reports)
    {
        var learned = reports.ToDictionary(report => Encoding.UTF8.GetString(report.Key), report => report.Records);
        var differences = produced.Keys.Union(learned.Keys)
            .Select(key => produced.GetValueOrDefault(key) - learned.GetValueOrDefault(key)).ToList();
        findings.Lost = differences.Sum(difference => Math.Max(0, difference));
        findings.LearnedTwice = differences.Sum(difference => Math.Max(0, -difference));
    }

    private async Task DisturbedAsync(CancellationToken cancellation)
    {
        await using var stage = await SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, Time);
        await using var reader = CreateReader(stage);
        var scene = new DrillScene<TReader>(stage, log, reader, new StoreDamage(stage.StorePath, Random));
        try
        {
            await DisturbAsync(scene, cancellation);
            await reader.CatchUpAsync(log, cancellation);
            await CountAsync(scene, cancellation);
        }
        finally
        {
            Findings.Rewinds = stage.Rewinds;
        }
    }

    /// <summary>
    /// The partitions that the killed node had, with a second one there: records come, and no outputs. The second takes them over only
    /// when the session of the first has ended, which is later than this looks.
    /// </summary>
    protected async Task<List<int>> SilentAsync(DrillScene<TReader> scene, CancellationToken cancellation)
    {
        var (records, written) = (scene.Reader.Records, scene.Reader.Written);
        await Task.Delay(Silence, Time, cancellation);
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var (recordsThen, writtenThen) = (scene.Reader.Records, scene.Reader.Written);
        return [.. Enumerable.Range(0, DrillStage.Partitions)
            .Where(partition => recordsThen[partition] > records[partition] && writtenThen[partition] == written[partition])];
    }

    /// <summary>Whether a cursor covers what no bucket has stored, or the group has committed what no cursor covers; apart from what
    /// has been damaged and not stored again.</summary>
    protected static bool IsCommittedNotStored(DrillScene<TReader> scene, StoredPipeline stored, long[] committed)
    {
        var applied = stored.Buckets.ToDictionary(manifest => manifest.Bucket, manifest => manifest.LastApplied);
        return stored.Cursors.Any(cursor =>
            (committed[cursor.Partition] > cursor.Next && !scene.Damage.HasCursor(cursor.Partition))
            || cursor.SentUpTo.Select((sent, bucket) => (Id: new BucketId(cursor.Partition, bucket), Sent: sent)).Any(bucket =>
                bucket.Sent > applied.GetValueOrDefault(bucket.Id, -1) && !scene.Damage.Has(bucket.Id)));
    }
}
