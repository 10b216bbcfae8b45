using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.LastValue;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Fleets;

public sealed class FleetPlaceTests
{
    private static readonly ForecastTask Task = new() { Horizons = [1] };

    public static TheoryData<string> WithNetworks => ["multilayer-perceptron", "liquid", "gru", "hybrid"];

    [Theory]
    [MemberData(nameof(WithNetworks))]
    public void Given_a_learner_that_asks_for_a_gpu_When_its_plan_is_made_where_there_is_none_Then_only_who_asks_for_its_device_is_refused(string kind)
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            return;
        }

        var plan = Plan(Choice(kind, "cuda"));

        Assert.True(plan.NeedsGpu);
        var refusal = Assert.Throws<OptionException>(() => plan.Devices().ToList());
        Assert.Equal("pipelines.p.learner.device", refusal.Path);
        Assert.Contains("is cuda; expected auto, cpu, or what works here", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void Given_a_learner_that_does_not_ask_for_a_gpu_When_its_plan_is_asked_Then_it_needs_none(string device) =>
        Assert.False(Plan(Choice("gru", device)).NeedsGpu);

    [Fact]
    public void Given_a_rival_that_asks_for_a_gpu_When_the_plan_is_asked_Then_it_needs_one() =>
        Assert.True(Plan(LearnerChoice.Named("forecast", "last-value"), Choice("gru", "cuda")).NeedsGpu);

    [Fact]
    public void Given_a_setting_that_cannot_be_used_When_a_plan_for_a_gpu_is_made_Then_it_is_refused_all_the_same() =>
        Assert.Throws<OptionException>(() => Plan(Choice("gru", "cuda", ("units", "0"))));

    [Fact]
    public void Given_the_place_of_a_fleet_When_its_learners_are_made_Then_they_are_told_it()
    {
        var places = new List<FleetPlace>();
        var registration = new ForecasterRegistration("fake", "tells where it is made", OptionSet.Texts(), (_, _, _, workspaces) =>
        {
            places.Add(workspaces.Place);
            return new LastValueForecaster();
        });
        var plan = Plan(new LearnerChoice(registration, OptionSet.Defaults));

        Process(plan.CreateFleet(10, new FleetPlace(3)));
        Process(plan.CreateFleet(10));

        Assert.Equal([true, false, false], places.Select(place => place.IsTrial));
        Assert.Equal([3, 0], places.Skip(1).Select(place => place.Gpu));
    }

    [Theory]
    [InlineData(false, 2, "cpu")]
    [InlineData(true, 0, "cuda:0")]
    [InlineData(true, 3, "cuda:3")]
    public void Given_a_gpus_number_When_a_network_on_torch_is_made_Then_that_is_its_device(bool cuda, int gpu, string device) =>
        Assert.Equal(device, TorchNetwork.DeviceName(cuda, gpu));

    [Fact]
    public void Given_a_gpus_number_When_a_network_on_the_processor_is_made_Then_it_is_not_looked_at()
    {
        var network = NetworkFactory.Create(new MlpArchitecture(2, [3], 1), NetworkDevice.TorchCpu, 1, 1, gpu: 5);
        using var _ = network as IDisposable;

        Assert.Equal(NetworkDevice.TorchCpu, network.Device);
    }

    private static void Process(ILearnerFleet fleet)
    {
        var examples = new ExampleBatch([0], [1000], new ExampleKind[1], Encoding.UTF8.GetBytes("a"), [1], [1.5], 1);
        fleet.Process(examples, 0, PredictionBatch.Allocate(1, fleet.PredictionWidth));
    }

    private static ForecastPlan Plan(params LearnerChoice[] learners) => new(Task, learners, 1, 10);

    private static LearnerChoice Choice(string kind, string device, params (string Name, string Value)[] more) => new(
        ForecasterCatalog.Find(kind)!,
        new OptionSet("pipelines.p.learner", more.Append(("device", device)).ToDictionary(option => option.Item1, option => option.Item2)));
}
