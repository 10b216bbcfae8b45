using System.Globalization;
using System.Text;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The fault drill of a forecast pipeline: node processes are killed, and worse, while records come; then the state in the store is
/// compared with that of a run over the same records to which nothing happened.
/// </summary>
internal sealed class ForecastDrill(DrillOptions options, TimeProvider time)
{
    private const int BatchRecords = 100;
    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    // A kill, the wait for the group's session to end, a start and a while of work.
    private const double SecondsForEachKill = 14;

    private readonly Random _random = new(options.Seed);
    private readonly DrillRecords _records = new(options.Seed);
    private readonly DrillFindings _findings = new();
    private volatile bool _hurry;

    internal async Task<DrillFindings> RunAsync(CancellationToken cancellation)
    {
        People.Say(string.Create(
            CultureInfo.InvariantCulture, $"drill: {options.Kills} kills, {options.Records} records, seed {options.Seed}; first the undisturbed run"));
        _findings.UndisturbedHash = await UndisturbedAsync(cancellation);
        try
        {
            await DisturbedAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            // A mutant may well stand still: that is a finding too. So is whatever else kept the drill from its end.
            _findings.Stalled = exception is DrillException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
        }

        return _findings;
    }

    private async Task DisturbedAsync(CancellationToken cancellation)
    {
        await using var stage = await DrillStage.SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, stage.Group, time);
        await using var reader = new DrillReader(stage.Config.Kafka, options.Records, time);
        try
        {
            await DisturbAsync(new DrillScene(stage, log, reader, new StoreDamage(stage.StorePath, _random)), cancellation);
            await CountAsync(stage, log, reader, cancellation);
        }
        finally
        {
            _findings.Rewinds = stage.Rewinds;
        }
    }

    private async Task<string> UndisturbedAsync(CancellationToken cancellation)
    {
        await using var stage = await DrillStage.SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, stage.Group, time);
        var node = await stage.StartNodeAsync(ProtocolMutant.None, cancellation);
        await ProduceAsync(stage, double.PositiveInfinity, cancellation);
        await CoveredAsync(stage, log, node, cancellation);
        if (await node.StopAsync(StopLimit) is var code and not 0)
        {
            throw new InvalidOperationException($"The undisturbed node ended with exit code {code}: {node.Tail()}");
        }

        return stage.Pipeline.Plan.Summarize(await stage.ReportsAsync(cancellation)).StateHash();
    }

    private async Task DisturbAsync(DrillScene scene, CancellationToken cancellation)
    {
        // The load lasts longer than the kills; after them it comes as fast as it is taken.
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var producing = ProduceAsync(scene.Stage, options.Records / (options.Kills * SecondsForEachKill * 1.3), given.Token);
        try
        {
            var node = await scene.Stage.StartNodeAsync(options.Mutant, cancellation);
            for (var kill = 1; kill <= options.Kills; kill++)
            {
                node = await RoundAsync(scene, node, kill, cancellation);
            }

            _hurry = true;
            await producing;
            await CoveredAsync(scene.Stage, scene.Log, node, cancellation);
            if (await node.StopAsync(StopLimit) is var code and not 0)
            {
                throw new DrillException($"the last node ended with exit code {code}: {node.Tail()}");
            }
        }
        finally
        {
            await given.CancelAsync();
            await producing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>From the start of a node to its kill, and the start of the next.</summary>
    private async Task<ChildProgram> RoundAsync(DrillScene scene, ChildProgram node, int kill, CancellationToken cancellation)
    {
        var before = scene.Reader.Outputs;
        await UntilAsync(() => scene.Reader.Outputs > before + BatchRecords, node, "outputs of a node that has started", cancellation);
        var second = kill % 3 == 0 ? await SecondNodeAsync(scene.Stage, cancellation) : null;
        await DisturbBrokerAsync(scene, kill, cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 3000)), time, cancellation);
        if (kill % 8 != 5 && kill % 6 != 0)
        {
            // At work. Else it may not have found back to the broker yet, or the group is sharing out its partitions.
            scene.Reader.Resume();
            await scene.Reader.CatchUpAsync(scene.Log, cancellation);
            var answered = scene.Reader.Outputs;
            await UntilAsync(() => scene.Reader.Outputs > answered, node, "outputs before a kill", cancellation);
        }

        await KillAsync(scene, node, kill, second is not null, cancellation);
        if (second is not null)
        {
            // It leaves in order, with what it has: the first comes back to all of it.
            await second.StopAsync(StopLimit);
        }

        // What comes from here on is of the next node.
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        scene.Reader.Mark();
        return await scene.Stage.StartNodeAsync(options.Mutant, cancellation);
    }

    private async Task<ChildProgram> SecondNodeAsync(DrillStage stage, CancellationToken cancellation)
    {
        var second = await stage.StartNodeAsync(options.Mutant, cancellation);
        _findings.SecondNodes++;

        // Until the group has shared out its partitions anew, or not quite.
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500, 9000)), time, cancellation);
        return second;
    }

    private async Task DisturbBrokerAsync(DrillScene scene, int kill, CancellationToken cancellation)
    {
        switch (kill % 4)
        {
            case 1:
                await scene.Stage.Broker.OrderAsync("down 1", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 2000)), time, cancellation);
                await scene.Stage.Broker.OrderAsync("up 1", OrderLimit, cancellation);
                _findings.BrokerOutages++;

                break;
            case 2:
                // The errors are for the node.
                await scene.Reader.HoldAsync(cancellation);
                await scene.Stage.Broker.OrderAsync("error Produce RequestTimedOut 3", OrderLimit, cancellation);
                await scene.Stage.Broker.OrderAsync("error Fetch NotLeaderForPartition 3", OrderLimit, cancellation);
                await scene.Stage.Broker.OrderAsync("error OffsetCommit GroupLoadInProgress 2", OrderLimit, cancellation);
                _findings.RequestErrors += 8;
                break;
            case 3:
                await scene.Stage.Broker.OrderAsync($"rtt 1 {_random.Next(20, 200)}", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 2000)), time, cancellation);
                await scene.Stage.Broker.OrderAsync("rtt 1 0", OrderLimit, cancellation);
                break;
        }
    }

    private async Task KillAsync(DrillScene scene, ChildProgram node, int kill, bool others, CancellationToken cancellation)
    {
        if (!node.Runs)
        {
            throw new DrillException($"the node had ended before kill {kill}: {node.Tail()}");
        }

        await node.KillAsync();
        _findings.Kills++;
        scene.Reader.Resume();
        var stored = await scene.Stage.Store.DescribeAsync(scene.Stage.Pipeline.Name, cancellation)
            ?? throw new DrillException("nothing is stored of the pipeline");
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var answered = scene.Reader.NewestAnswered;
        var its = others ? await SilentAsync(scene, cancellation) : [.. Enumerable.Range(0, DrillStage.Partitions)];
        var next = stored.Cursors.ToDictionary(cursor => cursor.Partition, cursor => cursor.Next);
        var inFlight = its.Count(partition => answered[partition] >= next.GetValueOrDefault(partition));
        _findings.KillsInFlight += inFlight > 0 ? 1 : 0;
        StruckRow? struck = null;
        if (!others)
        {
            scene.Damage.Settle(stored);
            var committed = await scene.Log.CommittedAsync(cancellation);
            _findings.CommittedNotStored = (_findings.CommittedNotStored ?? 0) + (IsCommittedNotStored(scene, stored, committed) ? 1 : 0);
            struck = scene.Damage.Strike(stored);
            _findings.CursorsDamaged += struck == StruckRow.Cursor ? 1 : 0;
            _findings.GenerationsDamaged += struck is StruckRow.Manifest or StruckRow.Key ? 1 : 0;
        }

        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"kill {kill}: {next.Values.Sum()} of {scene.Reader.Records.Sum()} records covered; "
            + $"in flight in {inFlight} of {its.Count} partitions, damaged {struck?.ToString() ?? "-"}, {scene.Stage.Rewinds} rewinds"));
    }

    /// <summary>
    /// The partitions that the killed node had, with a second one there: records come, and no outputs. The second takes them over only
    /// when the session of the first has ended, which is later than this looks.
    /// </summary>
    private async Task<List<int>> SilentAsync(DrillScene scene, CancellationToken cancellation)
    {
        var (records, written) = (scene.Reader.Records, scene.Reader.Written);
        await Task.Delay(Silence, time, cancellation);
        await scene.Reader.CatchUpAsync(scene.Log, cancellation);
        var (recordsThen, writtenThen) = (scene.Reader.Records, scene.Reader.Written);
        return [.. Enumerable.Range(0, DrillStage.Partitions)
            .Where(partition => recordsThen[partition] > records[partition] && writtenThen[partition] == written[partition])];
    }

    /// <summary>Whether a cursor covers what no bucket has stored, or the group has committed what no cursor covers; apart from what
    /// has been damaged and not stored again.</summary>
    private static bool IsCommittedNotStored(DrillScene scene, StoredPipeline stored, long[] committed)
    {
        var applied = stored.Buckets.ToDictionary(manifest => manifest.Bucket, manifest => manifest.LastApplied);
        return stored.Cursors.Any(cursor =>
            (committed[cursor.Partition] > cursor.Next && !scene.Damage.HasCursor(cursor.Partition))
            || cursor.SentUpTo.Select((sent, bucket) => (Id: new BucketId(cursor.Partition, bucket), Sent: sent)).Any(bucket =>
                bucket.Sent > applied.GetValueOrDefault(bucket.Id, -1) && !scene.Damage.Has(bucket.Id)));
    }

    private async Task ProduceAsync(DrillStage stage, double rate, CancellationToken cancellation)
    {
        using var producer = new KafkaBatchProducer(stage.Config.Kafka, _ => { });
        var started = time.GetTimestamp();
        var onTheWay = new Queue<Task>();
        for (var next = 0; next < options.Records;)
        {
            var due = _hurry || double.IsInfinity(rate) ? options.Records : (int)(time.GetElapsedTime(started).TotalSeconds * rate);
            var count = Math.Min(Math.Min(BatchRecords, options.Records - next), due - next);
            if (count <= 0)
            {
                await Task.Delay(Look, time, cancellation);
                continue;
            }

            var first = next;
            onTheWay.Enqueue(producer.SendAsync(new OutputBatch(
                DrillStage.Topic, [.. Enumerable.Range(first, count).Select(number => _records[number])])));
            next += count;
            if (onTheWay.Count > 8)
            {
                await onTheWay.Dequeue().WaitAsync(cancellation);
            }
        }

        await Task.WhenAll(onTheWay).WaitAsync(cancellation);
    }

    /// <summary>Waits until the stored cursors cover everything on the topic.</summary>
    private async Task CoveredAsync(DrillStage stage, DrillLog log, ChildProgram node, CancellationToken cancellation)
    {
        var (covered, since) = (0L, time.GetTimestamp());
        while (true)
        {
            var stored = await stage.Store.DescribeAsync(stage.Pipeline.Name, cancellation);
            var now = stored?.Cursors.Sum(cursor => cursor.Next) ?? 0;
            var end = (await log.EndsAsync(DrillStage.Topic, cancellation)).Sum();
            if (now == end)
            {
                return;
            }

            if (now > covered)
            {
                (covered, since) = (now, time.GetTimestamp());
            }
            else if (!node.Runs || time.GetElapsedTime(since) > LongestStandstill)
            {
                throw new DrillException(string.Create(
                    CultureInfo.InvariantCulture, $"{now} of {end} records are covered and it does not go on: {node.Tail()}"));
            }

            await Task.Delay(Look, time, cancellation);
        }
    }

    private async Task UntilAsync(Func<bool> holds, ChildProgram node, string what, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (!holds())
        {
            if (!node.Runs || time.GetElapsedTime(started) > LongestStandstill)
            {
                throw new DrillException($"waited {time.GetElapsedTime(started).TotalSeconds:0} s for {what}: {node.Tail()}");
            }

            await Task.Delay(Look, time, cancellation);
        }
    }

    /// <summary>Compares what is on the topics with what is in the store.</summary>
    private async Task CountAsync(DrillStage stage, DrillLog log, DrillReader reader, CancellationToken cancellation)
    {
        await reader.CatchUpAsync(log, cancellation);
        var produced = reader.Count(_findings);
        if (_findings.Records != options.Records)
        {
            throw new DrillException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_findings.Records} records are on {DrillStage.Topic}; expected the {options.Records} that were produced"));
        }

        var reports = await stage.ReportsAsync(cancellation);
        var learned = reports.ToDictionary(report => Encoding.UTF8.GetString(report.Key), report => report.Records);
        var differences = produced.Keys.Union(learned.Keys)
            .Select(key => produced.GetValueOrDefault(key) - learned.GetValueOrDefault(key)).ToList();
        _findings.Lost = differences.Sum(difference => Math.Max(0, difference));
        _findings.LearnedTwice = differences.Sum(difference => Math.Max(0, -difference));
        _findings.Hash = stage.Pipeline.Plan.Summarize(reports).StateHash();
        var committed = await log.CommittedAsync(cancellation);
        if (!committed.AsEnumerable().SequenceEqual(await log.EndsAsync(DrillStage.Topic, cancellation)))
        {
            throw new DrillException($"the group has committed [{string.Join(", ", committed)}]; expected the ends of the partitions");
        }
    }
}
