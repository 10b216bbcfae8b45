using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="AdamOptions"/> and <see cref="AdamWOptions"/> in the process's memory. State: m and v.</summary>
internal sealed class AdamOptimizer : FlatOptimizer
{
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _gradientDecay;
    private readonly double _decoupledDecay;

    internal AdamOptimizer(AdamOptions options, int count)
        : base(options.Checked(), count)
    {
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        _gradientDecay = options.WeightDecay;
    }

    internal AdamOptimizer(AdamWOptions options, int count)
        : base(options.Checked(), count)
    {
        (_beta1, _beta2, _epsilon) = (options.Beta1, options.Beta2, options.Epsilon);
        _decoupledDecay = options.WeightDecay;
    }

    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step) =>
        Lanes.Run(new AdamStep(this, gradient.Scale, step), parameters, gradient.Values, State.Vectors[0], State.Vectors[1]);

    private readonly struct AdamStep(AdamOptimizer optimizer, float scale, long step) : ITwoVectorStep
    {
        private readonly Vector256<float> _scale = Vector256.Create(scale);
        private readonly Vector256<float> _gradientDecay = Vector256.Create((float)optimizer._gradientDecay);
        private readonly Vector256<float> _keep = Vector256.Create((float)(1 - (optimizer.LearningRate * optimizer._decoupledDecay)));
        private readonly Vector256<float> _beta1 = Vector256.Create((float)optimizer._beta1);
        private readonly Vector256<float> _new1 = Vector256.Create((float)(1 - optimizer._beta1));
        private readonly Vector256<float> _beta2 = Vector256.Create((float)optimizer._beta2);
        private readonly Vector256<float> _new2 = Vector256.Create((float)(1 - optimizer._beta2));
        private readonly Vector256<float> _epsilon = Vector256.Create((float)optimizer._epsilon);

        // The corrections of the start: √v̂ = √v / √(1-β₂ᵗ), and η m̂ = η / (1-β₁ᵗ) m.
        private readonly Vector256<float> _rootFactor = Vector256.Create((float)(1 / Math.Sqrt(1 - Math.Pow(optimizer._beta2, step))));
        private readonly Vector256<float> _step =
            Vector256.Create((float)(-optimizer.LearningRate / (1 - Math.Pow(optimizer._beta1, step))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(
            ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> first, ref Vector256<float> second)
        {
            var g = Vector256.FusedMultiplyAdd(_gradientDecay, parameter, gradient * _scale);
            first = Lanes.WithoutSubnormals(Vector256.FusedMultiplyAdd(_beta1, first, _new1 * g));
            second = Lanes.WithoutSubnormals(Vector256.FusedMultiplyAdd(_beta2, second, _new2 * g * g));
            var direction = first / Vector256.FusedMultiplyAdd(_rootFactor, Vector256.Sqrt(second), _epsilon);
            parameter = Vector256.FusedMultiplyAdd(_step, direction, _keep * parameter);
        }
    }
}
