using StreamLearn.Cluster.Health;
using StreamLearn.EndToEnd.Tests.Programs;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>A node that has room for next to no learners.</summary>
public sealed class NodeMemoryTests
{
    [Fact]
    public async Task Given_little_memory_for_learners_when_records_go_on_then_keys_stay_in_the_store_and_predictions_are_those_without_a_limit()
    {
        await using var free = await NodeWorld.StartAsync();
        await using var tight = await NodeWorld.StartAsync("node.learner-memory=1", "checkpoint.every=100ms");

        // Between parts everything is stored, and leaves. What the node says may be from before the part, but for how many came back.
        MemoryReport? memory = null;
        for (var part = 1; part <= 4; part++)
        {
            await tight.ProduceAsync(100);
            await tight.AnsweredAsync(100 * part);
            await NodeWorld.UntilAsync(
                async () => (memory = (await tight.Health.ClusterAsync()).Memory) is { ResidentKeys: 0, PassiveKeys: SampleRecords.Keys } all
                    && all.Woken >= (part - 1) * SampleRecords.Keys,
                () => $"all learners in the store; {memory}");
        }

        Assert.Equal((1, 0), (memory!.Limit, memory.Used));
        await free.ProduceAsync(400);
        await free.AnsweredAsync(400);

        await NodeWorld.UntilAsync(
            async () => (await free.Health.ClusterAsync()).Memory is { Limit: 0, PassiveKeys: 0, Woken: 0, ResidentKeys: SampleRecords.Keys }, () => "all learners in memory");
        Assert.Equal(
            NodeWorld.Predictions(free.Kafka, NodeWorld.Partitions).Order(), NodeWorld.Predictions(tight.Kafka, NodeWorld.Partitions).Order());
        await tight.AssertUndisturbedAsync();
    }
}
