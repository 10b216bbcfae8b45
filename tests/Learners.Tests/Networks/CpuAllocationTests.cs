using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class CpuAllocationTests
{
    public static TheoryData<Activation, bool, Head> Perceptrons()
    {
        var rows = new TheoryData<Activation, bool, Head>();
        foreach (var activation in Enum.GetValues<Activation>())
        {
            rows.Add(activation, false, Head.Linear);
            rows.Add(activation, true, Head.Sigmoid);
            rows.Add(activation, true, Head.Softmax);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Perceptrons))]
    public void Given_a_perceptron_When_it_has_warmed_up_Then_a_thousand_steps_and_predictions_allocate_nothing(
        Activation activation, bool layerNorm, Head head)
    {
        const int Batch = 3;
        var random = new Xoshiro256(1);
        var architecture = new MlpArchitecture(7, [9, 5], 2, activation, layerNorm, head);
        using var network = new CpuMlp(architecture, Batch, 1);
        using var trainer = new NetworkTrainer(
            network, new SquaredLoss(),
            new UpdateOptions { Optimizer = new AdamOptions(), MaxGradientNorm = 1, ProjectionRadius = 1 });
        var inputs = RandomCases.Normal(random, Batch * 7);
        var targets = RandomCases.Normal(random, Batch * 2);
        var many = RandomCases.Normal(random, 8 * 7);
        var (outputs, gradient) = (new float[16], new float[architecture.Layout.Count]);
        float[] weights = [1, 0, 2];
        AssertNoAllocation(() =>
        {
            network.Forward(inputs, Batch);
            trainer.Learn(targets, weights);
            network.Forward(inputs.AsSpan(0, 7), 1);
            trainer.Evaluate(targets.AsSpan(0, 2));
            trainer.Learn();
            network.Predict(many, 8, outputs);
            network.OutputGradient(inputs.AsSpan(0, 7), 1, gradient);
        });
    }

    public static TheoryData<string> Optimizers() => [.. TrainerCases.Optimizers.Keys];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Given_block_inputs_and_any_optimiser_When_warmed_up_Then_a_thousand_steps_allocate_nothing(string optimizer)
    {
        using var network = new CpuMlp(new MlpArchitecture(30, [8], 3, head: Head.Softmax), 2, 1);
        using var trainer = new NetworkTrainer(
            network, new CrossEntropyLoss(), new UpdateOptions { Optimizer = TrainerCases.Optimizers[optimizer] });
        float[] values = [1, 2, 3, 4, 5, 6];
        InputBlock[] blocks = [new(0, 3), new(27, 1), new(3, 2)];
        int[] ends = [2, 3], one = [1];
        AssertNoAllocation(() =>
        {
            network.Forward(new BlockInputs(values, blocks, ends));
            trainer.Learn([0, 2], []);
            network.Forward(new BlockInputs(values.AsSpan(0, 3), blocks.AsSpan(0, 1), one));
            trainer.Learn([1], []);
        });
    }

    [Fact]
    public void Given_a_recurrent_network_When_it_has_warmed_up_Then_a_thousand_windows_allocate_nothing()
    {
        const int Steps = 4, Batch = 2;
        var random = new Xoshiro256(1);
        using var network = new CpuRecurrentNetwork(new GruArchitecture(3, 9, 2, Head.Sigmoid), Steps, Batch, 1);
        using var trainer = new NetworkTrainer(network, new HuberLoss(), new UpdateOptions { Optimizer = new AdaBeliefOptions() });
        var inputs = RandomCases.Normal(random, Steps * Batch * 3);
        var targets = RandomCases.Normal(random, Steps * Batch * 2);
        var elapsed = new float[Steps * Batch];
        var outputs = new float[Steps * Batch * 2];
        AssertNoAllocation(() =>
        {
            network.Forward(inputs, elapsed, Steps, Batch);
            trainer.Learn(targets, []);
            network.CarryState();
            network.Predict(inputs, [], Steps, Batch, outputs, carry: true);
        });
    }

    [Fact]
    public void Given_refused_steps_When_warmed_up_Then_they_allocate_nothing_either()
    {
        using var network = new CpuMlp(new MlpArchitecture(2, [3], 1), 1, 1);
        using var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions() });
        float[] inputs = [1, 2], targets = [float.NaN], huge = [float.MaxValue];
        AssertNoAllocation(() =>
        {
            network.Forward(inputs, 1);
            trainer.Learn(targets, []);
            network.Forward(inputs, 1);
            trainer.Learn(huge, []);
        });
    }

    /// <summary>The runtime itself may allocate on this thread once or twice while it compiles again what has become hot: the best of some rounds.</summary>
    internal static void AssertNoAllocation(Action step, int steps = 1000)
    {
        const int Rounds = 5;
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            for (var i = 0; i < 50; i++)
            {
                step();
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < steps; i++)
            {
                step();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
