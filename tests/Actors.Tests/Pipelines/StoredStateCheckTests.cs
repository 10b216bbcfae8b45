using StreamLearn.Actors.Buckets;
using StreamLearn.Actors.Messages;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Tests.Checkpoints;
using StreamLearn.Learners;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Tests.Pipelines;

public sealed class StoredStateCheckTests : IAsyncDisposable
{
    private static readonly BucketId Id = new(0, 0);

    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    public async Task Given_the_same_settings_when_a_pipeline_starts_again_then_nothing_has_changed()
    {
        await StoreAsync(Examples.Pipeline());

        Assert.Empty(await StoredStateCheck.RunAsync(Examples.Pipeline(), _store));
    }

    public static TheoryData<string, PipelineDefinition> OtherLayouts => new()
    {
        { "source.topic", Examples.Pipeline() with { Sources = [Examples.Pipeline().Sources[0] with { Topic = "other" }] } },
        { "source.log", Examples.Pipeline() with { CoPartitioned = true } },
        { "source.partitions", Examples.Pipeline() with { Partitions = 2 } },
        { "buckets", Examples.Pipeline(buckets: 2) },
    };

    [Theory]
    [MemberData(nameof(OtherLayouts))]
    public async Task Given_a_setting_that_says_which_records_a_bucket_has_when_it_changes_then_the_state_is_refused(
        string setting, PipelineDefinition changed)
    {
        await StoreAsync(Examples.Pipeline());

        var refused = await Assert.ThrowsAsync<StateMismatchException>(() => StoredStateCheck.RunAsync(changed, _store));

        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Its keys lie in other buckets", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await StoredStateCheck.RunAsync(Examples.Pipeline(), _store));
    }

    [Fact]
    public async Task Given_settings_that_the_learners_state_does_not_fit_when_they_change_then_it_is_refused_with_both_values()
    {
        await StoreAsync(Examples.Pipeline());
        var changed = Examples.Pipeline() with { Plan = Plan(new ForecastTask { Horizons = [1, 2] }) };

        var refused = await Assert.ThrowsAsync<StateMismatchException>(() => StoredStateCheck.RunAsync(changed, _store));

        Assert.Contains("1, 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1, 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_node_that_runs_no_learners_when_settings_change_then_it_tries_and_stores_nothing_and_leaves_that_to_one_that_does()
    {
        await StoreAsync(Examples.Pipeline());
        var changed = Examples.Pipeline() with { Plan = Plan(new ForecastTask { Horizons = [1, 2] }) };

        Assert.Equal("task.horizons", Assert.Single(await StoredStateCheck.RunAsync(changed, _store, hostsLearners: false)).Path);
        await Assert.ThrowsAsync<StateMismatchException>(() => StoredStateCheck.RunAsync(changed, _store));
        await Assert.ThrowsAsync<StateMismatchException>(
            () => StoredStateCheck.RunAsync(Examples.Pipeline() with { Partitions = 2 }, _store, hostsLearners: false));
    }

    [Fact]
    public async Task Given_settings_that_the_state_fits_when_they_change_then_they_are_told_once_and_taken()
    {
        await StoreAsync(Examples.Pipeline());
        var changed = Examples.Pipeline() with { Plan = Plan(new ForecastTask { Horizons = [1, 3], Coverage = 0.5 }) };

        var difference = Assert.Single(await StoredStateCheck.RunAsync(changed, _store));

        Assert.Equal(("task.coverage", "0.9", "0.5", false), (difference.Path, difference.Stored, difference.Now, difference.IsLayout));
        Assert.Empty(await StoredStateCheck.RunAsync(changed, _store));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static ForecastPlan Plan(ForecastTask task) => new(task, Examples.Pipeline().Plan.Learners, seed: 1, maxKeys: 100);

    /// <summary>The settings, and a bucket that has learned something.</summary>
    private async Task StoreAsync(PipelineDefinition pipeline)
    {
        await StoredStateCheck.RunAsync(pipeline, _store);
        var owner = (await _store.TakePartitionAsync(pipeline.Name, 0)).Owner;
        var bucket = await _store.TakeBucketAsync(pipeline.Name, Id, owner);
        var state = new BucketState(pipeline);
        state.Receive(new Chunk(Id, 0, -1, 2, Examples.At(0, 1, 2), owner));
        await _store.SaveBucketAsync(pipeline.Name, Id, bucket.Writer, state.TakeCheckpoint(0));
    }
}
