using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// AdaGrad with one sum for each hidden unit and block: s(a, j) ← s(a, j) + δⱼ² |x|²/n, the mean square of the unit's n gradients;
/// W(a, i, j) ← W(a, i, j) - η √(16/n) xᵢ δⱼ / (√s(a, j) + ε). What all blocks share moves by <see cref="AdaGradRule"/>.
/// </summary>
/// <remarks>As good as a sum for each number, at less than half of its cost. The root of the number of inputs n keeps the move of the
/// unit's output alike for few and for many inputs; without a hidden layer it is <see cref="AdaGradRule"/>.</remarks>
internal sealed unsafe class UnitAdaGradBlockOptimizer : BlockOptimizer
{
    private readonly float[] _units;
    private readonly float[] _shared;
    private readonly float[] _moves;
    private readonly float _damping;
    private readonly float _rate;

    internal UnitAdaGradBlockOptimizer(BlockShape shape, double learningRate, double damping)
        : base(shape, learningRate)
    {
        _units = new float[shape.Blocks * shape.Stride];
        _shared = new float[shape.Count - shape.Bias];
        _moves = new float[shape.Stride];
        _damping = (float)damping;
        Vectors = [_units, _shared];
        _rate = shape.HasHidden ? LearningRate * MathF.Sqrt(16f / shape.Inputs) : LearningRate;
    }

    /// <inheritdoc/>
    internal override string Kind => "unit-adagrad";

    /// <inheritdoc/>
    private protected override float[][] Vectors { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        fixed (float* units = _units, shared = _shared, moves = _moves)
        {
            var sums = units + ((nint)gradient.Block * Shape.Stride);
            var squared = Vector512.Create(gradient.SquaredInputs / Shape.Rows);
            for (var j = 0; j < Shape.Stride; j += BlockShape.Lanes)
            {
                var d = Vector512.Load(gradient.Delta + j);
                var sum = Vector512.Min(
                    Vector512.FusedMultiplyAdd(d * d, squared, Vector512.Load(sums + j)), Vector512.Create(AdaGradRule.LargestSum));
                sum.Store(sums + j);
                UnitMoves.Divide(d, sum, _damping).Store(moves + j);
            }

            BlockKernels.AddOuter(
                parameters + ((nint)gradient.Block * Shape.BlockLength), gradient.X, Shape.Rows, -_rate, moves, Shape.Stride);
            AdaGradRule.StepShared(Shape, parameters, shared, gradient, LearningRate, _damping);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Pull(float* parameters, float* initial, int block, float strength)
    {
        fixed (float* units = _units, shared = _shared)
        {
            var at = (nint)block * Shape.BlockLength;
            for (var row = 0; row < Shape.Rows; row++, at += Shape.Stride)
            {
                AdaGradRule.Pull(
                    parameters + at, initial + at, units + ((nint)block * Shape.Stride), Shape.Stride, _rate * strength, _damping);
            }

            AdaGradRule.Pull(
                parameters + Shape.Bias, initial + Shape.Bias, shared, Shape.Last - Shape.Bias, LearningRate * strength, _damping);
        }
    }
}
