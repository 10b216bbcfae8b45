using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Simulation.Bandits;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Demos;

/// <summary>
/// Plays the flows of a world: each asks for a path on the topic of contexts, takes the path that it is told on the topic of decisions, and says what
/// that cost on the topic of rewards.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="ledger">Where flows wait, and what comes of them.</param>
/// <param name="flows">How many are played.</param>
/// <param name="rate">Flows a second; infinite: as fast as they get their paths.</param>
/// <param name="time">Clock of the pace.</param>
internal sealed class FlowLoop(PathChoiceWorld world, FlowLedger ledger, long flows, double rate, TimeProvider time)
{
    private const int MostOnTheWay = 64;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    private readonly StandstillWatch _watch = new(time);

    /// <summary>Batches that the broker has not acknowledged.</summary>
    private readonly Queue<Task> _onTheWay = new();

    /// <summary>Plays all flows, and waits until every record is answered.</summary>
    /// <exception cref="TimeoutException">No decision came for a minute, or no answer.</exception>
    internal async Task RunAsync(KafkaBatchProducer producer, DecisionReader decisions, RunningPipeline pipeline, CancellationToken cancellation)
    {
        var (contexts, rewards) = (pipeline.Definition.Sources[0].Topic, pipeline.Definition.Sources[1].Topic);
        var started = time.GetTimestamp();
        while (ledger.Settled < flows)
        {
            _watch.See(ledger.Settled, flows, "flows decided");
            var outcomes = decisions.Take().Select(decision => ledger.Settle(decision.Id, decision.Path)).OfType<FlowOutcome>();
            await SendAsync(producer, rewards, [.. outcomes.Select(PathFlowRecords.Reward)]);
            var due = double.IsInfinity(rate) ? flows : Math.Min(flows, (long)(time.GetElapsedTime(started).TotalSeconds * rate) + 1);
            await SendAsync(producer, contexts, Begin((int)Math.Min(due - ledger.Begun, ledger.Room)));
            await Task.Delay(Look, time, cancellation);
        }

        await Task.WhenAll(_onTheWay).WaitAsync(cancellation);
        while (pipeline.Progress.Records < 2 * flows)
        {
            _watch.See(pipeline.Progress.Records, 2 * flows, "contexts and rewards answered");
            await Task.Delay(Look, time, cancellation);
        }
    }

    private List<InputRecord> Begin(int count)
    {
        var contexts = new List<InputRecord>();
        for (var i = 0; i < count; i++)
        {
            var flow = world.Next();
            ledger.Begin(flow, world.FailedLink);
            contexts.Add(PathFlowRecords.Context(flow, world.FeatureNames));
        }

        return contexts;
    }

    /// <summary>Hands records to the client in order, and waits where many are not acknowledged.</summary>
    private async Task SendAsync(KafkaBatchProducer producer, string topic, List<InputRecord> records)
    {
        if (records.Count > 0)
        {
            _onTheWay.Enqueue(await producer.EnqueueAsync(
                new OutputBatch(topic, [.. records.Select(record => new OutputRecord(record.Key, record.Value))])));
        }

        while (_onTheWay.TryPeek(out var oldest) && (oldest.IsCompleted || _onTheWay.Count > MostOnTheWay))
        {
            await _onTheWay.Dequeue();
        }
    }
}
