using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// AdaGrad with one sum for each hidden unit and block: s(a, j) ← s(a, j) + |x|² δⱼ², the squared norm of the unit's gradient;
/// W(a, i, j) ← W(a, i, j) - η √inputs xᵢ δⱼ / (√s(a, j) + ε). What all blocks share moves by <see cref="AdaGradRule"/>.
/// </summary>
/// <remarks>The square root of the number of inputs makes a step as long as AdaGrad's for each number, were they all alike. Without a hidden layer it is AdaGrad.
/// </remarks>
internal sealed unsafe class UnitAdaGradBlockOptimizer : BlockOptimizer
{
    private readonly float[] _units;
    private readonly float[] _shared;
    private readonly float[] _moves;
    private readonly float _damping;

    internal UnitAdaGradBlockOptimizer(BlockShape shape, double learningRate, double damping)
        : base(shape, learningRate)
    {
        _units = new float[shape.Blocks * shape.Stride];
        _shared = new float[shape.Count - shape.Bias];
        _moves = new float[shape.Stride];
        _damping = (float)damping;
    }

    /// <inheritdoc/>
    internal override string Kind => "unit-adagrad";

    /// <inheritdoc/>
    private protected override float[][] Vectors => field ??= [_units, _shared];

    /// <inheritdoc/>
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        fixed (float* units = _units, shared = _shared, moves = _moves)
        {
            var sums = units + ((nint)gradient.Block * Shape.Stride);
            var squared = Vector512.Create(gradient.SquaredInputs);
            for (var j = 0; j < Shape.Stride; j += BlockShape.Lanes)
            {
                var d = Vector512.Load(gradient.Delta + j);
                var sum = Vector512.Min(
                    Vector512.FusedMultiplyAdd(d * d, squared, Vector512.Load(sums + j)), Vector512.Create(AdaGradRule.LargestSum));
                sum.Store(sums + j);
                UnitMoves.Divide(d, sum, _damping).Store(moves + j);
            }

            BlockKernels.AddOuter(
                parameters + ((nint)gradient.Block * Shape.BlockLength), gradient.X, Shape.Rows, -LearningRate * MathF.Sqrt(Shape.Rows), moves,
                Shape.Stride);
            AdaGradRule.StepShared(Shape, parameters, shared, gradient, LearningRate, _damping);
        }
    }
}
