using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="LionOptions"/> in the process's memory. State: m.</summary>
internal sealed class LionOptimizer(LionOptions options, int count) : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step) =>
        Lanes.Run(new LionStep(options, LearningRate, gradient.Scale), parameters, gradient.Values, State.Vectors[0]);

    private readonly struct LionStep(LionOptions options, double learningRate, float scale) : IOneVectorStep
    {
        private readonly Vector256<float> _scale = Vector256.Create(scale);
        private readonly Vector256<float> _keep = Vector256.Create((float)(1 - (learningRate * options.WeightDecay)));
        private readonly Vector256<float> _beta1 = Vector256.Create((float)options.Beta1);
        private readonly Vector256<float> _new1 = Vector256.Create((float)(1 - options.Beta1));
        private readonly Vector256<float> _beta2 = Vector256.Create((float)options.Beta2);
        private readonly Vector256<float> _new2 = Vector256.Create((float)(1 - options.Beta2));
        private readonly Vector256<float> _step = Vector256.Create((float)learningRate);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> state)
        {
            var g = gradient * _scale;
            var direction = Vector256.FusedMultiplyAdd(_beta1, state, _new1 * g);
            var kept = _keep * parameter;

            // The size of the step with the direction's sign; none where the direction is 0.
            var signed = Vector256.ConditionalSelect(Vector256.Create(-0f), direction, _step);
            var none = Vector256.Equals(direction, Vector256<float>.Zero);
            parameter = Vector256.ConditionalSelect(none, kept, kept - signed);
            state = Lanes.WithoutSubnormals(Vector256.FusedMultiplyAdd(_beta2, state, _new2 * g));
        }
    }
}
