using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>
/// A leaky integrator, the smallest cell that needs the elapsed time: state(t) = state(t-1) e^(-elapsed rate) + x W, rate = ln(1 + e^k).
/// </summary>
internal sealed class LeakyArchitecture : RecurrentArchitecture
{
    internal const string Leak = "cell.leak";
    internal const string Weight = "cell.weight";

    internal LeakyArchitecture(int inputs, int units, int outputs)
        : base(inputs, units, outputs, Head.Linear) =>
        Layout = new ParameterLayout((Leak, [units]), (Weight, [inputs, units]), (HeadWeight, [units, outputs]), (HeadBias, [outputs]));

    public override ParameterLayout Layout { get; }

    public override long MultiplyAdds => ((long)Inputs * StateSize) + ((long)StateSize * Outputs);

    public override string Signature => FormattableString.Invariant($"leaky {Inputs}-{StateSize}-{Outputs}");

    public override void Initialize(Span<float> parameters, Xoshiro256 random)
    {
        foreach (ref var value in parameters)
        {
            value = random.NextUniform(1);
        }
    }

    internal override IRecurrentCell CreateCell(int maxSteps, int maxBatch) => new Cell(this);

    internal override ITorchCell CreateTorchCell() => new TorchCell();

    /// <summary>Logits [steps, outputs] of one sample in double precision.</summary>
    internal double[] Run(double[] parameters, ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, double[] start)
    {
        var (leak, weight, head, bias) = (Layout[Leak].Offset, Layout[Weight].Offset, Layout[HeadWeight].Offset, Layout[HeadBias].Offset);
        var state = start.ToArray();
        var logits = new double[elapsed.Length * Outputs];
        for (var step = 0; step < elapsed.Length; step++)
        {
            for (var j = 0; j < StateSize; j++)
            {
                state[j] *= Math.Exp(-elapsed[step] * Math.Log(1 + Math.Exp(parameters[leak + j])));
                for (var i = 0; i < Inputs; i++)
                {
                    state[j] += inputs[(step * Inputs) + i] * parameters[weight + (i * StateSize) + j];
                }
            }

            for (var o = 0; o < Outputs; o++)
            {
                logits[(step * Outputs) + o] = parameters[bias + o];
                for (var j = 0; j < StateSize; j++)
                {
                    logits[(step * Outputs) + o] += state[j] * parameters[head + (j * Outputs) + o];
                }
            }
        }

        return logits;
    }

    private sealed unsafe class Cell(LeakyArchitecture architecture) : IRecurrentCell
    {
        private readonly int _units = architecture.StateSize;
        private readonly int _inputs = architecture.Inputs;
        private readonly int _leak = architecture.Layout[Leak].Offset;
        private readonly int _weight = architecture.Layout[Weight].Offset;

        public void Forward(float* parameters, in RecurrentWindow window)
        {
            for (var row = 0; row < window.Steps * window.Batch; row++)
            {
                var before = window.States + ((nint)row * _units);
                var after = before + ((nint)window.Batch * _units);
                for (var j = 0; j < _units; j++)
                {
                    after[j] = before[j] * Kept(parameters[_leak + j], window.Elapsed[row]);
                    for (var i = 0; i < _inputs; i++)
                    {
                        after[j] += window.Inputs[(row * _inputs) + i] * parameters[_weight + (i * _units) + j];
                    }
                }
            }
        }

        public void Backward(float* parameters, float* gradient, in RecurrentWindow window, float* stateGradient)
        {
            new Span<float>(gradient + _leak, _units).Clear();
            new Span<float>(gradient + _weight, _inputs * _units).Clear();
            for (var row = (window.Steps * window.Batch) - 1; row >= 0; row--)
            {
                var before = window.States + ((nint)row * _units);
                var d = stateGradient + ((nint)row * _units);
                for (var j = 0; j < _units; j++)
                {
                    var leak = parameters[_leak + j];
                    var kept = Kept(leak, window.Elapsed[row]);
                    gradient[_leak + j] -= d[j] * before[j] * kept * window.Elapsed[row] / (1 + MathF.Exp(-leak));
                    for (var i = 0; i < _inputs; i++)
                    {
                        gradient[_weight + (i * _units) + j] += d[j] * window.Inputs[(row * _inputs) + i];
                    }

                    if (row >= window.Batch)
                    {
                        d[j - (window.Batch * _units)] += d[j] * kept;
                    }
                }
            }
        }

        private static float Kept(float leak, float elapsed) => MathF.Exp(-elapsed * MathF.Log(1 + MathF.Exp(leak)));
    }

    private sealed class TorchCell : ITorchCell
    {
        public Tensor Step(TorchBlocks blocks, Tensor input, Tensor elapsed, Tensor state) =>
            input.mm(blocks[Weight]).Plus(state * (-elapsed * blocks[Leak].exp().log1p()).exp());
    }
}
