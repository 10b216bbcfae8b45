using System.Globalization;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class OptimizerOptionsTests
{
    public static TheoryData<OptimizerOptions, string, double> Unusable() => new()
    {
        { new SgdOptions { LearningRate = 0 }, "LearningRate", 0 },
        { new SgdOptions { Momentum = 1 }, "Momentum", 1 },
        { new SgdOptions { Momentum = double.NaN }, "Momentum", double.NaN },
        { new SgdOptions { WeightDecay = -1 }, "WeightDecay", -1 },
        { new AdaGradNormOptions { LearningRate = double.PositiveInfinity }, "LearningRate", double.PositiveInfinity },
        { new AdaGradNormOptions { InitialSum = 0 }, "InitialSum", 0 },
        { new AdamOptions { LearningRate = double.NaN }, "LearningRate", double.NaN },
        { new AdamOptions { Beta1 = -0.1 }, "Beta1", -0.1 },
        { new AdamOptions { Beta2 = 1 }, "Beta2", 1 },
        { new AdamOptions { Epsilon = 0 }, "Epsilon", 0 },
        { new AdamOptions { WeightDecay = double.NaN }, "WeightDecay", double.NaN },
        { new AdamWOptions { LearningRate = -1 }, "LearningRate", -1 },
        { new AdamWOptions { Beta1 = 1 }, "Beta1", 1 },
        { new AdamWOptions { Beta2 = 2 }, "Beta2", 2 },
        { new AdamWOptions { Epsilon = -1 }, "Epsilon", -1 },
        { new AdamWOptions { WeightDecay = -1 }, "WeightDecay", -1 },
        { new AdaBeliefOptions { LearningRate = 0 }, "LearningRate", 0 },
        { new AdaBeliefOptions { Beta1 = 1 }, "Beta1", 1 },
        { new AdaBeliefOptions { Beta2 = 1 }, "Beta2", 1 },
        { new AdaBeliefOptions { Epsilon = 1e-40 }, "Epsilon", 1e-40 },
        { new AdaBeliefOptions { WeightDecay = -1 }, "WeightDecay", -1 },
        { new LionOptions { LearningRate = 0 }, "LearningRate", 0 },
        { new LionOptions { Beta1 = 1 }, "Beta1", 1 },
        { new LionOptions { Beta2 = -1 }, "Beta2", -1 },
        { new LionOptions { WeightDecay = -1 }, "WeightDecay", -1 },
        { new OptimisticMirrorDescentOptions { LearningRate = 0 }, "LearningRate", 0 },
        { new OptimisticMirrorDescentOptions { Radius = 0 }, "Radius", 0 },
        { new OptimisticMirrorDescentOptions { GradientBound = double.PositiveInfinity }, "GradientBound", double.PositiveInfinity },
        { new OptimisticMirrorDescentOptions { Delta = 0 }, "Delta", 0 },
        { new AdaHessianOptions { LearningRate = 0 }, "LearningRate", 0 },
        { new AdaHessianOptions { Beta1 = 1 }, "Beta1", 1 },
        { new AdaHessianOptions { Beta2 = 1 }, "Beta2", 1 },
        { new AdaHessianOptions { Epsilon = 0 }, "Epsilon", 0 },
        { new AdaHessianOptions { HessianPower = 1.5 }, "HessianPower", 1.5 },
        { new AdaHessianOptions { WeightDecay = -1 }, "WeightDecay", -1 },
        { new AdaHessianOptions { ProbeEvery = 0 }, "ProbeEvery", 0 },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Given_a_setting_out_of_range_When_the_optimiser_is_made_Then_property_value_and_range_are_named(
        OptimizerOptions options, string property, double value)
    {
        AssertNamed(Assert.Throws<ArgumentOutOfRangeException>(() => options.Create(3)));
        AssertNamed(Assert.Throws<ArgumentOutOfRangeException>(() => TorchOptimizers.Create(options, 3, CPU)));

        void AssertNamed(ArgumentOutOfRangeException exception)
        {
            Assert.Equal(property, exception.ParamName);
            Assert.Contains(
                $"{property} is {value.ToString(CultureInfo.InvariantCulture)}; expected", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Given_nesterov_without_momentum_When_the_optimiser_is_made_Then_it_is_refused() =>
        Assert.Equal("Nesterov", Assert.Throws<ArgumentOutOfRangeException>(() => new SgdOptions { Nesterov = true }.Create(1)).ParamName);

    [Fact]
    public void Given_adahessian_When_it_is_made_in_the_process_memory_Then_the_message_says_where_it_can_be() =>
        Assert.Contains(
            "Torch", Assert.Throws<NotSupportedException>(() => new AdaHessianOptions().Create(3)).Message, StringComparison.Ordinal);

    [Theory]
    [OnEveryRow]
    public void Given_no_parameters_When_the_optimiser_is_made_Then_it_is_refused(string row, Backend backend) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptimizerUnderTest(OptimizerRows.Options(row), backend));

    [Fact]
    public void Given_the_defaults_When_they_are_read_Then_they_are_those_of_the_papers_and_of_PyTorch()
    {
        Assert.Equal(0.01, new SgdOptions().LearningRate);
        Assert.Equal((1.0, 0.01), (new AdaGradNormOptions().LearningRate, new AdaGradNormOptions().InitialSum));
        var adam = new AdamOptions();
        Assert.Equal((1e-3, 0.9, 0.999, 1e-8, 0.0), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay));
        var adamW = new AdamWOptions();
        Assert.Equal((1e-3, 0.9, 0.999, 1e-8, 0.01), (adamW.LearningRate, adamW.Beta1, adamW.Beta2, adamW.Epsilon, adamW.WeightDecay));
        var belief = new AdaBeliefOptions();
        Assert.Equal((1e-3, 1e-16, true, 0.0), (belief.LearningRate, belief.Epsilon, belief.Rectify, belief.WeightDecay));
        var lion = new LionOptions();
        Assert.Equal((1e-4, 0.9, 0.99, 0.0), (lion.LearningRate, lion.Beta1, lion.Beta2, lion.WeightDecay));
        var optimistic = new OptimisticMirrorDescentOptions();
        Assert.Equal((1.0, 1.0, 1.0), (optimistic.LearningRate, optimistic.Delta, optimistic.Radius));
        var second = new AdaHessianOptions();
        Assert.Equal((0.15, 1e-4, 1.0, 1), (second.LearningRate, second.Epsilon, second.HessianPower, second.ProbeEvery));
    }
}
