using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="AdaBeliefOptions"/> in the process's memory. State: m and s.</summary>
internal sealed class AdaBeliefOptimizer(AdaBeliefOptions options, int count)
    : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step) =>
        Lanes.Run(
            new AdaBeliefStep(options, LearningRate, options.Denominator(LearningRate, step), gradient.Scale),
            parameters, gradient.Values, State.Vectors[0], State.Vectors[1]);

    private readonly struct AdaBeliefStep(
        AdaBeliefOptions options, double learningRate, (double Size, double RootFactor, double Epsilon) denominator, float scale)
        : ITwoVectorStep
    {
        private readonly Vector256<float> _scale = Vector256.Create(scale);
        private readonly Vector256<float> _keep = Vector256.Create((float)(1 - (learningRate * options.WeightDecay)));
        private readonly Vector256<float> _beta1 = Vector256.Create((float)options.Beta1);
        private readonly Vector256<float> _new1 = Vector256.Create((float)(1 - options.Beta1));
        private readonly Vector256<float> _beta2 = Vector256.Create((float)options.Beta2);
        private readonly Vector256<float> _new2 = Vector256.Create((float)(1 - options.Beta2));
        private readonly Vector256<float> _stored = Vector256.Create((float)options.Epsilon);
        private readonly Vector256<float> _rootFactor = Vector256.Create((float)denominator.RootFactor);
        private readonly Vector256<float> _epsilon = Vector256.Create((float)denominator.Epsilon);
        private readonly Vector256<float> _step = Vector256.Create((float)-denominator.Size);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(
            ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> first, ref Vector256<float> second)
        {
            var g = gradient * _scale;
            first = Lanes.WithoutSubnormals(Vector256.FusedMultiplyAdd(_beta1, first, _new1 * g));
            var surprise = g - first;
            second = Vector256.FusedMultiplyAdd(_beta2, second, Vector256.FusedMultiplyAdd(_new2 * surprise, surprise, _stored));

            // A surprise can be twice the largest gradient whose square is a float.
            second = Vector256.Min(second, Vector256.Create(float.MaxValue));
            var direction = first / Vector256.FusedMultiplyAdd(_rootFactor, Vector256.Sqrt(second), _epsilon);
            parameter = Vector256.FusedMultiplyAdd(_step, direction, _keep * parameter);
        }
    }
}
