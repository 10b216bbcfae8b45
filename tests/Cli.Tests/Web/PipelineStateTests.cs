using StreamLearn.Cli.Web;

namespace StreamLearn.Cli.Tests.Web;

/// <summary>The word for what a pipeline does.</summary>
public sealed class PipelineStateTests
{
    private static readonly Task Runs = new TaskCompletionSource().Task;

    [Fact]
    public void Given_a_pipeline_when_its_state_is_asked_for_then_a_pause_counts_only_as_long_as_it_runs()
    {
        var failed = Task.FromException(new InvalidOperationException("the topic is gone"));

        Assert.Equal(("starting", null), PipelineState.Of(null));
        Assert.Equal(("starting", null), PipelineState.Of(null, isPaused: true));
        Assert.Equal(("running", null), PipelineState.Of(Runs, isPaused: false));
        Assert.Equal(("paused", null), PipelineState.Of(Runs, isPaused: true));
        Assert.Equal(("ended", null), PipelineState.Of(Task.CompletedTask, isPaused: true));
        Assert.Equal(("failed", "the topic is gone"), PipelineState.Of(failed, isPaused: true));
    }
}
