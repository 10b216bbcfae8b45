using System.Globalization;
using System.Text;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>
/// The fault drill of a forecast pipeline: node processes are killed, and worse, while records come; then the state in the store is
/// compared
/// with that of a run over the same records to which nothing happened.
/// </summary>
internal sealed class ForecastDrill(DrillOptions options, TimeProvider time)
{
    private const int BatchRecords = 100;
    private static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(90);
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
        await using var stage = await DrillStage.SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, stage.Group);
        try
        {
            await DisturbAsync(stage, log, cancellation);
            await CountAsync(stage, log, cancellation);
        }
        catch (DrillException exception)
        {
            // A mutant may well stand still: that is a finding too.
            _findings.Stalled = exception.Message;
        }

        _findings.Rewinds = stage.Rewinds;
        return _findings;
    }

    private async Task<string> UndisturbedAsync(CancellationToken cancellation)
    {
        await using var stage = await DrillStage.SetAsync(cancellation);
        using var log = new DrillLog(stage.Config.Kafka, stage.Group);
        var node = await stage.StartNodeAsync(ProtocolMutant.None, cancellation);
        await ProduceAsync(stage, double.PositiveInfinity, cancellation);
        await CoveredAsync(stage, log, node, cancellation);
        if (await node.StopAsync(StopLimit) is var code and not 0)
        {
            throw new InvalidOperationException($"The undisturbed node ended with exit code {code}: {node.Tail()}");
        }

        return new ForecastSummary(stage.Pipeline.Plan, await stage.ReportsAsync(cancellation)).StateHash();
    }

    private async Task DisturbAsync(DrillStage stage, DrillLog log, CancellationToken cancellation)
    {
        // The load lasts longer than the kills; after them it comes as fast as it is taken.
        var producing = ProduceAsync(stage, options.Records / (options.Kills * SecondsForEachKill * 1.3), cancellation);
        var node = await stage.StartNodeAsync(options.Mutant, cancellation);
        for (var kill = 1; kill <= options.Kills; kill++)
        {
            var predicted = log.Ends($"{DrillStage.Topic}.predictions").Sum();
            await UntilAsync(
                () => log.Ends($"{DrillStage.Topic}.predictions").Sum() > predicted + BatchRecords, node, "predictions of a node that has started", cancellation);
            var second = kill % 3 == 0 ? await SecondNodeAsync(stage, cancellation) : null;
            await DisturbBrokerAsync(stage, kill, cancellation);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 3000)), time, cancellation);
            await KillAsync(stage, log, node, kill, second is not null, cancellation);
            if (second is not null)
            {
                // It leaves in order, with what it has: the first comes back to all of it.
                await second.StopAsync(StopLimit);
            }

            node = await stage.StartNodeAsync(options.Mutant, cancellation);
        }

        _hurry = true;
        await producing;
        await CoveredAsync(stage, log, node, cancellation);
        if (await node.StopAsync(StopLimit) is var code and not 0)
        {
            throw new DrillException($"the last node ended with exit code {code}: {node.Tail()}");
        }
    }

    private async Task<ChildProgram> SecondNodeAsync(DrillStage stage, CancellationToken cancellation)
    {
        var second = await stage.StartNodeAsync(options.Mutant, cancellation);
        _findings.SecondNodes++;

        // Until the group has shared out its partitions anew, or not quite.
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500, 9000)), time, cancellation);
        return second;
    }

    private async Task DisturbBrokerAsync(DrillStage stage, int kill, CancellationToken cancellation)
    {
        switch (kill % 4)
        {
            case 1:
                await stage.Broker.OrderAsync("down 1", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 2000)), time, cancellation);
                await stage.Broker.OrderAsync("up 1", OrderLimit, cancellation);
                _findings.BrokerOutages++;
                break;
            case 2:
                await stage.Broker.OrderAsync("error Produce RequestTimedOut 3", OrderLimit, cancellation);
                await stage.Broker.OrderAsync("error Fetch NotLeaderForPartition 3", OrderLimit, cancellation);
                await stage.Broker.OrderAsync("error OffsetCommit GroupLoadInProgress 2", OrderLimit, cancellation);
                _findings.RequestErrors += 8;
                break;
            case 3:
                await stage.Broker.OrderAsync($"rtt 1 {_random.Next(20, 200)}", OrderLimit, cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(200, 2000)), time, cancellation);
                await stage.Broker.OrderAsync("rtt 1 0", OrderLimit, cancellation);
                break;
        }
    }

    private async Task KillAsync(DrillStage stage, DrillLog log, ChildProgram node, int kill, bool others, CancellationToken cancellation)
    {
        if (!node.Runs)
        {
            throw new DrillException($"the node had ended before kill {kill}: {node.Tail()}");
        }

        var answered = log.Ends($"{DrillStage.Topic}.predictions").Sum();
        await node.KillAsync();
        _findings.Kills++;
        var stored = await stage.Store.DescribeAsync(stage.Pipeline.Name, cancellation)
            ?? throw new DrillException("nothing is stored of the pipeline");
        var covered = stored.Cursors.Sum(cursor => cursor.Next - cursor.First);

        // Predictions are of records that are read; those that a cursor covers are done with.
        if (log.Ends(DrillStage.Topic).Sum() > covered && log.Ends($"{DrillStage.Topic}.predictions").Sum() > answered - BatchRecords)
        {
            _findings.KillsInFlight++;
        }

        if (!others)
        {
            _findings.CommittedNotStored += IsCommittedNotStored(stored, log.Committed()) ? 1 : 0;
            _findings.Damaged += StoreDamage.Strike(stage.StorePath, _random) ? 1 : 0;
        }

        People.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"kill {kill}: {covered} of {log.Ends(DrillStage.Topic).Sum()} records covered, {_findings.KillsInFlight} kills in flight, {stage.Rewinds} rewinds"));
    }

    /// <summary>Whether a cursor covers what no bucket has stored, or the group has committed what no cursor covers.</summary>
    private static bool IsCommittedNotStored(StoredPipeline stored, long[] committed)
    {
        var applied = stored.Buckets.ToDictionary(manifest => manifest.Bucket, manifest => manifest.LastApplied);
        return stored.Cursors.Any(cursor =>
            committed[cursor.Partition] > cursor.Next
            || Enumerable.Range(0, cursor.SentUpTo.Count).Any(bucket =>
                cursor.SentUpTo[bucket] > applied.GetValueOrDefault(new Actors.Messages.BucketId(cursor.Partition, bucket), -1)));
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
            var end = log.Ends(DrillStage.Topic).Sum();
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
    private async Task CountAsync(DrillStage stage, DrillLog log, CancellationToken cancellation)
    {
        var produced = new Dictionary<string, long>();
        var open = new HashSet<(int Partition, long Offset)>();
        log.Read(DrillStage.Topic, record =>
        {
            _findings.Records++;
            open.Add((record.Partition.Value, record.Offset.Value));
            if (record.Message.Value[^1] == (byte)'}')
            {
                var key = Encoding.UTF8.GetString(record.Message.Key);
                produced[key] = produced.GetValueOrDefault(key) + 1;
            }
        });
        var outputs = new Dictionary<(int Partition, long Offset), string>();
        foreach (var topic in (string[])[$"{DrillStage.Topic}.predictions", $"{DrillStage.Topic}.dead-letter"])
        {
            log.Read(topic, record =>
            {
                var place = (int.Parse(Header(record, "sl-partition"), CultureInfo.InvariantCulture),
                    long.Parse(Header(record, "sl-offset"), CultureInfo.InvariantCulture));
                var value = Encoding.UTF8.GetString(record.Message.Value);
                open.Remove(place);
                if (!outputs.TryAdd(place, value))
                {
                    _findings.OutputsRepeated++;
                    _findings.OutputsUnequal += outputs[place] == value ? 0 : 1;
                }
            });
        }

        _findings.OutputsMissing = open.Count;
        var reports = await stage.ReportsAsync(cancellation);
        var learned = reports.ToDictionary(report => Encoding.UTF8.GetString(report.Key), report => report.Records);
        foreach (var key in produced.Keys.Union(learned.Keys))
        {
            var difference = produced.GetValueOrDefault(key) - learned.GetValueOrDefault(key);
            _findings.Lost += Math.Max(0, difference);
            _findings.LearnedTwice += Math.Max(0, -difference);
        }

        _findings.Hash = new ForecastSummary(stage.Pipeline.Plan, reports).StateHash();
        if (log.Committed() is var committed && !committed.SequenceEqual(log.Ends(DrillStage.Topic)))
        {
            throw new DrillException($"the group has committed [{string.Join(", ", committed)}]; expected the ends of the partitions");
        }
    }

    private static string Header(Confluent.Kafka.ConsumeResult<byte[], byte[]> record, string name) =>
        Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
