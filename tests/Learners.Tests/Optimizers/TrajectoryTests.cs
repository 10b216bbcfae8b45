using StreamLearn.Learners.Optimizers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace StreamLearn.Learners.Tests.Optimizers;

public sealed class TrajectoryTests
{
    private const int Steps = 50;

    [Theory]
    [OnEveryRow]
    public void Given_random_gradients_When_the_optimiser_steps_Then_every_point_is_the_formulas(string row, Backend backend)
    {
        foreach (var count in new[] { 1, 2, 7, 8, 9, 31, 32, 33, 100 })
        {
            var start = Numbers.Vector(count, count);
            using var optimizer = new OptimizerUnderTest(OptimizerRows.Options(row), backend, start);
            var reference = new ReferenceOptimizer(OptimizerRows.Options(row), start);
            var furthest = 0.0;
            for (var step = 1; step <= Steps; step++)
            {
                // A change of the learning rate on the way, as schedules make.
                if (step == 30)
                {
                    optimizer.LearningRate *= 0.5;
                    reference.LearningRate *= 0.5;
                }

                var gradient = Numbers.Vector((1000 * count) + step, count);
                optimizer.Step(gradient);
                reference.Step(gradient);

                Numbers.AssertNear(reference.X, optimizer.Parameters, 1e-5, $"{row}, {count} parameters, step {step}");
                furthest = Math.Max(furthest, reference.X.Zip(start).Max(pair => Math.Abs(pair.First - pair.Second)));
            }

            Assert.Equal(Steps, optimizer.Steps);
            Assert.True(furthest > 0.005, $"The reference has moved by {furthest} only.");
        }
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("sgd with decay")]
    [InlineData("sgd with momentum")]
    [InlineData("sgd with momentum and decay")]
    [InlineData("sgd with nesterov")]
    [InlineData("adam")]
    [InlineData("adam with decay")]
    [InlineData("adamw")]
    [InlineData("adamw with much decay")]
    public void Given_an_optimiser_of_PyTorch_When_both_step_Then_they_are_at_the_same_points(string row)
    {
        const int Count = 37;
        var start = Numbers.Vector(1, Count);
        using var scope = NewDisposeScope();
        var parameter = new Parameter(tensor(start));
        using var pyTorch = PyTorch(OptimizerRows.Options(row), parameter);
        using var cpu = new OptimizerUnderTest(OptimizerRows.Options(row), Backend.Cpu, start);
        using var torch = new OptimizerUnderTest(OptimizerRows.Options(row), Backend.Torch, start);
        for (var step = 1; step <= Steps; step++)
        {
            var gradient = Numbers.Vector(100 + step, Count);
            parameter.grad = tensor(gradient);
            pyTorch.step();
            cpu.Step(gradient);
            torch.Step(gradient);

            var expected = parameter.detach().data<float>().ToArray().Select(x => (double)x).ToArray();
            Numbers.AssertNear(expected, cpu.Parameters, 2e-6, $"{row}, cpu, step {step}");
            Numbers.AssertNear(expected, torch.Parameters, 2e-6, $"{row}, torch, step {step}");
        }
    }

    [Theory]
    [OnEveryCpuRow]
    public void Given_the_same_gradients_When_both_backends_step_Then_they_are_at_the_same_points(string row)
    {
        const int Count = 1003;
        var start = Numbers.Vector(2, Count);
        using var cpu = new OptimizerUnderTest(OptimizerRows.Options(row), Backend.Cpu, start);
        using var torch = new OptimizerUnderTest(OptimizerRows.Options(row), Backend.Torch, start);
        for (var step = 1; step <= 200; step++)
        {
            var gradient = Numbers.Vector(200 + step, Count);
            cpu.Step(gradient);
            torch.Step(gradient);
        }

        Numbers.AssertNear(torch.Parameters.Select(x => (double)x), cpu.Parameters, 1e-5, row);
    }

    private static optim.Optimizer PyTorch(OptimizerOptions options, Parameter parameter) => options switch
    {
        SgdOptions sgd => optim.SGD([parameter], sgd.LearningRate, sgd.Momentum, 0, sgd.WeightDecay, sgd.Nesterov),
        AdamOptions adam => optim.Adam([parameter], adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
        AdamWOptions adam => optim.AdamW([parameter], adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay),
        _ => throw new NotSupportedException(options.Kind),
    };
}
