using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// AdaGrad with the sums of squares of a block factored into those of its rows and of its columns: r(i) ← r(i) + xᵢ² |δ|², c(j) ← c(j) +
/// |x|² δⱼ², t ← t + |x|² |δ|²; W(i, j) ← W(i, j) - η xᵢ √t / √r(i) · δⱼ / (√c(j) + ε). What all blocks share moves by
/// <see cref="AdaGradRule"/>.
/// </summary>
/// <remarks>The factoring of Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", ICML 2018, with sums in
/// place of means. A row's factor √t/√r(i) is held to at most 1000: a gradient in a row of its own would make it as large as one
/// likes.</remarks>
internal sealed unsafe class FactoredAdaGradBlockOptimizer : BlockOptimizer
{
    private const float LargestFactor = 1000;

    private readonly int _rowStride;
    private readonly float[] _rows;
    private readonly float[] _columns;
    private readonly float[] _totals;
    private readonly float[] _shared;
    private readonly float[] _moves;
    private readonly float[] _scaled;
    private readonly float _damping;

    internal FactoredAdaGradBlockOptimizer(BlockShape shape, double learningRate, double damping)
        : base(shape, learningRate)
    {
        _rowStride = shape.Rows;
        _rows = new float[shape.Blocks * _rowStride];
        _columns = new float[shape.Blocks * shape.Stride];
        _totals = new float[shape.Blocks];
        _shared = new float[shape.Count - shape.Bias];
        _moves = new float[shape.Stride];
        _scaled = new float[shape.Rows];
        _damping = (float)damping;
        Vectors = [_rows, _columns, _totals, _shared];
    }

    /// <inheritdoc/>
    internal override string Kind => "factored-adagrad";

    /// <inheritdoc/>
    private protected override float[][] Vectors { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Step(float* parameters, BlockGradient gradient)
    {
        ref var total = ref _totals[gradient.Block];
        total = MathF.Min(total + (gradient.SquaredInputs * gradient.SquaredDelta), AdaGradRule.LargestSum);
        fixed (float* rows = _rows, columns = _columns, shared = _shared, moves = _moves, scaled = _scaled)
        {
            var sums = columns + ((nint)gradient.Block * Shape.Stride);
            var squared = Vector512.Create(gradient.SquaredInputs);
            for (var j = 0; j < Shape.Stride; j += BlockShape.Lanes)
            {
                var d = Vector512.Load(gradient.Delta + j);
                var sum = Vector512.Min(
                    Vector512.FusedMultiplyAdd(d * d, squared, Vector512.Load(sums + j)), Vector512.Create(AdaGradRule.LargestSum));
                sum.Store(sums + j);
                UnitMoves.Divide(d, sum, _damping).Store(moves + j);
            }

            var ofRows = rows + ((nint)gradient.Block * _rowStride);
            for (var i = 0; i < Shape.Rows; i++)
            {
                var x = gradient.X[i];
                ofRows[i] = MathF.Min(ofRows[i] + (x * x * gradient.SquaredDelta), AdaGradRule.LargestSum);
                scaled[i] = ofRows[i] > 0 ? x * MathF.Min(MathF.Sqrt(total / ofRows[i]), LargestFactor) : 0;
            }

            BlockKernels.AddOuter(
                parameters + ((nint)gradient.Block * Shape.BlockLength), scaled, Shape.Rows, -LearningRate, moves, Shape.Stride);
            AdaGradRule.StepShared(Shape, parameters, shared, gradient, LearningRate, _damping);
        }
    }
}
