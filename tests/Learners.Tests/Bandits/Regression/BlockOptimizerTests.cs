using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.Regression;

/// <summary>Steps against the formulas, number by number in double precision.</summary>
public sealed unsafe class BlockOptimizerTests
{
    private const double Rate = 0.05;
    private const double Damping = 0.03;
    private const int Inputs = 3;

    public static TheoryData<string, int> Steps()
    {
        var rows = new TheoryData<string, int>();
        foreach (var kind in BlockOptimizer.Kinds)
        {
            rows.Add(kind, 5);
            rows.Add(kind, 0);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Given_samples_When_steps_are_taken_Then_each_parameter_is_where_the_formulas_say(string kind, int width)
    {
        var shape = new BlockShape(2, Inputs, width);
        var network = new BlockNetwork(shape);
        BlockNetwork.Initialize(shape, 1, 1, new Xoshiro256(3), network.Parameters);
        var optimizer = BlockOptimizer.Create(kind, shape, Rate, Damping);
        var gradient = new BlockGradient(shape);
        var reference = new ReferenceOptimizer(kind, shape, network.Parameters);
        var inputs = new PinnedFloats(16);
        var hidden = new PinnedFloats(shape.Stride);
        var random = new Random(6);
        for (var sample = 0; sample < 30; sample++)
        {
            for (var i = 0; i < Inputs; i++)
            {
                inputs.Span[i] = (float)((random.NextDouble() * 2) - 1);
            }

            var block = random.Next(2);
            var output = network.Forward(block, inputs.Pointer, hidden.Pointer);
            gradient.Set(network, block, inputs.Pointer, hidden.Pointer, output - 0.7f);
            reference.Step(gradient);
            optimizer.Step(network.Pointer, gradient);

            for (var i = 0; i < shape.Count; i++)
            {
                Assert.Equal(reference.Parameters[i], network.Parameters[i], 1e-4);
            }
        }
    }

    /// <summary>The formulas of the optimisers' descriptions.</summary>
    private sealed class ReferenceOptimizer(string kind, BlockShape shape, ReadOnlySpan<float> parameters)
    {
        private readonly double[] _sums = new double[shape.Count];
        private readonly double[] _means = new double[shape.Count];
        private readonly double[] _rows = new double[shape.Blocks * shape.Rows];
        private readonly double[] _columns = new double[shape.Blocks * shape.Stride];
        private readonly double[] _totals = new double[shape.Blocks];
        private readonly int[] _steps = new int[shape.Blocks + 1];

        internal double[] Parameters { get; } = Array.ConvertAll(parameters.ToArray(), value => (double)value);

        internal void Step(BlockGradient gradient)
        {
            var block = gradient.Block;
            double[] x = [.. new ReadOnlySpan<float>(gradient.X, shape.Rows).ToArray()];
            double[] d = [.. new ReadOnlySpan<float>(gradient.Delta, shape.Stride).ToArray()];
            var squares = (X: x.Sum(value => value * value), D: d.Sum(value => value * value));
            _totals[block] += squares.X * squares.D;
            _steps[block]++;
            _steps[^1]++;
            for (var i = 0; i < shape.Rows; i++)
            {
                _rows[(block * shape.Rows) + i] += x[i] * x[i] * squares.D;
            }

            for (var j = 0; j < shape.Stride; j++)
            {
                var mean = kind == "unit-adagrad" ? shape.Rows : 1;
                _columns[(block * shape.Stride) + j] += squares.X * d[j] * d[j] / mean;
            }

            for (var i = 0; i < shape.Rows; i++)
            {
                for (var j = 0; j < shape.Stride; j++)
                {
                    Move(block, (block * shape.BlockLength) + (i * shape.Stride) + j, x[i] * d[j], i, j);
                }
            }

            for (var j = 0; j < (shape.HasHidden ? shape.Stride : 0); j++)
            {
                Move(-1, shape.Bias + j, d[j], 0, 0);
                Move(-1, shape.Head + j, gradient.Residual * gradient.Hidden[j], 0, 0);
            }

            Move(-1, shape.Last, gradient.Residual, 0, 0);
        }

        private void Move(int block, int at, double g, int row, int column)
        {
            _sums[at] += g * g;
            var adaGrad = g / (Math.Sqrt(_sums[at]) + Damping);
            var ofColumn = block < 0 ? 0 : _columns[(block * shape.Stride) + column];
            var ofRow = block < 0 ? 1 : _rows[(block * shape.Rows) + row];
            Parameters[at] -= Rate * (kind switch
            {
                "sgd" => g,
                "adam" => Adam(block < 0 ? _steps[^1] : _steps[block], at, g),
                "unit-adagrad" when block >= 0 =>
                    (shape.HasHidden ? Math.Sqrt(16.0 / Inputs) : 1) * g / (Math.Sqrt(ofColumn) + Damping),
                "factored-adagrad" when block >= 0 && g != 0 =>
                    g * Math.Sqrt(_totals[block]) / Math.Sqrt(ofRow) / (Math.Sqrt(ofColumn) + Damping),
                _ => adaGrad,
            });
        }

        private double Adam(int steps, int at, double g)
        {
            _sums[at] -= g * g;
            _means[at] += 0.1 * (g - _means[at]);
            _sums[at] += 0.01 * ((g * g) - _sums[at]);
            var (mean, square) = (_means[at] / (1 - Math.Pow(0.9, steps)), _sums[at] / (1 - Math.Pow(0.99, steps)));
            return mean / (Math.Sqrt(square) + Damping);
        }
    }
}
