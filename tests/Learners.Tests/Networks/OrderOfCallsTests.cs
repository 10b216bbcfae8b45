using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>What calls in an order that makes no sense come to: the same refusals on both backends, and never the end of the process.</summary>
public sealed class OrderOfCallsTests
{
    private static readonly MlpArchitecture Mlp = new(2, [4], 2, Activation.Tanh);
    private static readonly float[] Input = [1, -2];
    private static readonly float[] Direction = [1, 0.5f];

    public static TheoryData<NetworkDevice, string> Rows()
    {
        var rows = new TheoryData<NetworkDevice, string>();
        foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
        {
            rows.Add(device, "sgd");
            rows.Add(device, "adam");
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_a_forward_pass_When_the_parameters_change_before_the_way_back_Then_there_is_no_way_back(NetworkDevice device, string optimizer)
    {
        using var network = BothBackends.Mlp(device, Mlp);
        using var updater = Updater(network, optimizer);
        network.Forward(Input, 1);
        network.Backward(Direction);
        network.Forward(Input, 1);

        Assert.True(updater.Apply().Applied);
        AssertNoWayBack(() => network.Backward(Direction));

        network.Forward(Input, 1);
        network.SetParameters(network.ParameterCopy());
        AssertNoWayBack(() => network.Backward(Direction));

        network.Forward(Input, 1);
        network.SetGradient(new float[Mlp.Layout.Count]);
        updater.Apply();
        AssertNoWayBack(() => network.Backward(Direction));

        network.Forward(Input, 1);
        network.Backward(Direction);
        Assert.True(updater.Apply().Applied);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_a_gradient_When_it_is_applied_twice_or_before_there_is_one_Then_it_is_refused(NetworkDevice device, string optimizer)
    {
        using var network = BothBackends.Mlp(device, Mlp);
        using var updater = Updater(network, optimizer);
        Assert.Throws<InvalidOperationException>(() => updater.Apply());
        network.Forward(Input, 1);
        Assert.Throws<InvalidOperationException>(() => updater.Apply());
        network.Backward(Direction);
        updater.Apply();
        var gradient = network.GradientCopy();
        Assert.Throws<InvalidOperationException>(() => updater.Apply());
        Assert.Equal(gradient, network.GradientCopy());

        network.Forward(Input, 1);
        Assert.Throws<InvalidOperationException>(() => network.GradientCopy());
        Assert.Throws<InvalidOperationException>(() => updater.Apply());
        network.SetGradient(gradient);
        Assert.True(updater.Apply().Applied);
        Assert.Equal(2, updater.Steps);
    }

    [Fact]
    public void Given_a_caller_that_has_switched_gradients_off_When_a_torch_network_learns_Then_it_learns()
    {
        using var network = BothBackends.Mlp(NetworkDevice.TorchCpu, Mlp);
        using var updater = Updater(network, "sgd");
        using (TorchSharp.torch.no_grad())
        {
            network.Forward(Input, 1);
        }

        network.Backward(Direction);
        Assert.True(updater.Apply().Applied);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_an_input_that_is_not_finite_When_the_state_is_carried_Then_that_sample_keeps_its_state_and_learning_goes_on(NetworkDevice device)
    {
        var architecture = new GruArchitecture(1, 3, 1);
        using var network = BothBackends.Recurrent(device, architecture, maxSteps: 2, maxBatch: 2);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions() });
        network.Forward([1, 2], [], 1, 2);
        Assert.True(network.CarryState());
        var before = network.StateCopy();

        network.Forward([float.NaN, 1], [], 1, 2);
        Assert.Equal(StepRefusal.NonFiniteLoss, trainer.Learn([0, 0], []).Refusal);

        Assert.False(network.CarryState());
        Assert.Equal(before[..3], network.StateCopy()[..3]);
        Assert.NotEqual(before[3..], network.StateCopy()[3..]);
        network.Forward([1, 1], [], 1, 2);
        Assert.True(trainer.Learn([0, 0], []).Applied);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Given_a_step_that_would_make_a_parameter_infinite_When_it_is_taken_Then_that_parameter_stays_as_it_was(NetworkDevice device, string optimizer)
    {
        using var network = BothBackends.Mlp(device, new MlpArchitecture(1, [], 1));
        using var updater = Updater(network, optimizer);
        updater.LearningRate = optimizer == "sgd" ? 1e30 : 0.1;
        network.SetParameters([3e38f, 1]);
        network.SetGradient(optimizer == "sgd" ? [-1e10f, 0] : [-1e18f, 1e-3f]);

        updater.Apply();

        Assert.All(network.ParameterCopy(), parameter => Assert.True(float.IsFinite(parameter)));
        Assert.Throws<ArgumentOutOfRangeException>(() => updater.LearningRate = 1e39);
        Assert.Throws<ArgumentException>(() => network.SetParameters([float.NaN, 0]));
    }

    [Fact]
    public void Given_a_second_order_optimiser_When_it_is_applied_without_its_trainer_Then_it_says_what_it_needs()
    {
        using var network = BothBackends.Mlp(NetworkDevice.TorchCpu, Mlp);
        using var updater = network.CreateUpdater(new UpdateOptions { Optimizer = new AdaHessianOptions() });
        network.Forward(Input, 1);
        network.Backward(Direction);

        Assert.Contains("curvature", Assert.Throws<InvalidOperationException>(() => updater.Apply()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_losses_When_the_network_has_gone_forward_since_Then_they_are_not_learned_from()
    {
        using var network = BothBackends.Mlp(NetworkDevice.Cpu, Mlp);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions() });
        network.Forward(Input, 1);
        trainer.Evaluate([0, 0]);
        network.Forward([5, 5], 1);

        Assert.Contains("evaluate again", Assert.Throws<InvalidOperationException>(() => trainer.Learn()).Message, StringComparison.Ordinal);
    }

    private static INetworkUpdater Updater(IFeedForwardNetwork network, string optimizer) => network.CreateUpdater(new UpdateOptions
    {
        Optimizer = optimizer == "sgd" ? new SgdOptions { LearningRate = 0.1 } : new AdamOptions { LearningRate = 0.1 },
    });

    private static void AssertNoWayBack(Action back) =>
        Assert.Contains("no forward pass", Assert.Throws<InvalidOperationException>(back).Message, StringComparison.Ordinal);
}
