using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="SgdOptions"/> in the process's memory. State: with momentum, the buffer b.</summary>
internal sealed class SgdOptimizer(SgdOptions options, int count) : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    internal override bool MovesSupportOnly => options is { Momentum: 0, WeightDecay: 0 };

    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step)
    {
        if (options.Momentum > 0)
        {
            Lanes.Run(new MomentumStep(options, LearningRate, gradient.Scale), parameters, gradient.Values, State.Vectors[0]);
        }
        else if (options.WeightDecay > 0)
        {
            Decay(parameters, gradient);
        }
        else
        {
            Lanes.AddScaled(parameters, gradient, -LearningRate * gradient.Scale);
        }
    }

    /// <summary>x ← (1 - η w) x - η g.</summary>
    private void Decay(Span<float> parameters, in FlatGradient gradient)
    {
        var keep = Vector256.Create((float)(1 - (LearningRate * options.WeightDecay)));
        var factor = Vector256.Create((float)(-LearningRate * gradient.Scale));
        for (var i = 0; i < parameters.Length; i += Lanes.Width)
        {
            var step = factor * Lanes.Load(gradient.Values, i);
            Lanes.Store(Vector256.FusedMultiplyAdd(keep, Lanes.Load(parameters, i), step), parameters, i);
        }
    }

    private readonly struct MomentumStep(SgdOptions options, double learningRate, float scale) : IOneVectorStep
    {
        private readonly Vector256<float> _scale = Vector256.Create(scale);
        private readonly Vector256<float> _decay = Vector256.Create((float)options.WeightDecay);
        private readonly Vector256<float> _momentum = Vector256.Create((float)options.Momentum);
        private readonly Vector256<float> _step = Vector256.Create((float)-learningRate);

        // x moves along ahead * b + now * g: the buffer alone, or with Nesterov's momentum g + μ b.
        private readonly Vector256<float> _ahead = Vector256.Create(options.Nesterov ? (float)options.Momentum : 1);
        private readonly Vector256<float> _now = Vector256.Create(options.Nesterov ? 1f : 0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply(ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> state)
        {
            var g = Vector256.FusedMultiplyAdd(_decay, parameter, gradient * _scale);
            state = Lanes.WithoutSubnormals(Vector256.FusedMultiplyAdd(_momentum, state, g));
            parameter = Vector256.FusedMultiplyAdd(_step, Vector256.FusedMultiplyAdd(_ahead, state, _now * g), parameter);
        }
    }
}
