using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Forecasting.Recurrent;

public sealed class RecurrentOptionsTests
{
    /// <summary>Regression: a layer that no such network has was accepted and silently left out.</summary>
    [Theory]
    [InlineData("wiring", "ncp")]
    [InlineData("cell", "ltc")]
    public void Given_a_backbone_where_there_can_be_none_When_the_learner_is_made_Then_it_is_refused(string setting, string value)
    {
        var settings = new OptionSet("learner", new Dictionary<string, string> { [setting] = value, ["backbone"] = "8" });

        var refusal = Assert.Throws<OptionException>(() =>
            ForecasterCatalog.Find("liquid")!.Forecaster(new ForecastTask(), settings, 1, new FleetWorkspaces()));

        Assert.Equal("learner.backbone", refusal.Path);
    }
}
