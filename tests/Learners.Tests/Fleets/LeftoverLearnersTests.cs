using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.Hybrid;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Options;
using TorchSharp;

namespace StreamLearn.Learners.Tests.Fleets;

/// <summary>What is made beside a learner that cannot be made is freed: nobody else knows of it.</summary>
public sealed class LeftoverLearnersTests
{
    private static long LiveTensors => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    [Fact]
    public void Given_a_rival_that_cannot_be_made_when_a_key_comes_then_the_network_made_before_it_is_freed()
    {
        var warmUp = Choice("gru", ("device", "torch"));
        _ = new ForecastPlan(new ForecastTask { Horizons = [1] }, [warmUp], 1, 10);
        var before = LiveTensors;
        var failing = new ForecasterRegistration("failing", "cannot be made", OptionSet.Texts(), (_, _, _, workspaces) =>
            workspaces.Place.IsTrial ? new LastValueForecaster() : throw new InvalidOperationException($"with {LiveTensors - before} tensors beside it"));
        var plan = new ForecastPlan(
            new ForecastTask { Horizons = [1] }, [warmUp, new LearnerChoice(failing, OptionSet.Defaults)], 1, 10);
        Assert.Equal(before, LiveTensors);
        using var fleet = plan.CreateFleet(10);
        var examples = new ExampleBatch([0], [1000], new ExampleKind[1], Encoding.UTF8.GetBytes("a"), [1], [1.5], 1);

        var failure = Assert.Throws<InvalidOperationException>(
            () => fleet.Process(examples, 0, PredictionBatch.Allocate(1, fleet.PredictionWidth)));

        Assert.DoesNotContain("with 0 tensors", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, LiveTensors);
    }

    [Fact]
    public void Given_an_expert_that_cannot_be_made_when_a_hybrid_is_made_then_its_network_is_freed()
    {
        var options = HybridOptions.From(Choice("hybrid", ("device", "torch")).Options) with { Experts = ["nobody"] };
        using (new HybridForecaster(new ForecastTask { Horizons = [1] }, options with { Experts = [] }, 1))
        {
        }

        var before = LiveTensors;

        Assert.ThrowsAny<Exception>(() => new HybridForecaster(new ForecastTask { Horizons = [1] }, options, 1));

        Assert.Equal(before, LiveTensors);
    }

    private static LearnerChoice Choice(string kind, params (string Name, string Value)[] options) => new(
        ForecasterCatalog.Find(kind)!, new OptionSet("pipelines.p.learner", options.ToDictionary(option => option.Name, option => option.Value)));
}
