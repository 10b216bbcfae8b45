using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Optimizers;

/// <summary><see cref="SgdOptions"/> in the process's memory. State: with momentum, the buffer b.</summary>
internal sealed class SgdOptimizer(SgdOptions options, int count) : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    internal override bool MovesSupportOnly => options is { Momentum: 0, WeightDecay: 0 };

    /// <summary>A step without momentum and decay down a gradient that is kept as factors.</summary>
    internal unsafe void Update(float* parameters, RowGradient gradient, float scale)
    {
        gradient.AddTo(parameters, (float)(-LearningRate * scale));
        State.Steps++;
    }

    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step)
    {
        if (options.Momentum > 0)
        {
            Lanes.Run(new MomentumStep(options, LearningRate, gradient.Scale), parameters, gradient.Values, State.Vectors[0]);
        }
        else
        {
            // With decay, all of it moves.
            var all = new ParameterRange(0, parameters.Length);
            var support = options.WeightDecay > 0 ? new ReadOnlySpan<ParameterRange>(in all) : gradient.Support;
            Lanes.Step(
                parameters, gradient.Values, support, -LearningRate * gradient.Scale, keep: 1 - (LearningRate * options.WeightDecay));
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
