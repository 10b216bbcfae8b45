using System.Runtime.CompilerServices;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamLearn.Bench.Networks;

/// <summary>
/// The peer, as a user of TorchSharp would write it: stock modules in eager mode, the stock optimiser and loss, a dispose scope for each
/// step. The inputs are tensors already.
/// </summary>
internal sealed class TorchRunner : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly nn.Module<Tensor, Tensor, Tensor> _loss = nn.MSELoss();
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor[] _inputs;
    private readonly Tensor[] _targets;

    /// <param name="parameters">Our flat vector, which the modules start from too.</param>
    /// <param name="learningRate">
    /// For the mean of (f - y)². Ours, <c>squared</c>, is the half of that: the same step has twice the rate there.
    /// </param>
    internal TorchRunner(NetworkCase network, NetworkData data, int batch, double learningRate, float[] parameters)
    {
        _module = network.Architecture switch
        {
            MlpArchitecture mlp => Perceptron(mlp),
            GruArchitecture gru => new GruModule(gru),
            RecurrentArchitecture recurrent => new LiquidModule(recurrent, network.Steps, batch),
            _ => throw new NotSupportedException($"No module for {network.Architecture}."),
        };
        Copy(_module is LiquidModule ? Flat(parameters) : network.Architecture.Layout, parameters);
        _optimizer = optim.SGD(_module.parameters(), learningRate);
        _inputs = Tensors(data.Inputs, network.Architecture.Inputs);
        _targets = Tensors(data.Targets, network.Architecture.Outputs);

        // torch.nn.GRU's default too: steps first.
        Tensor[] Tensors(float[][] values, int width) =>
            [.. values.Select(each => tensor(each, network.Steps == 1 ? [batch, width] : [network.Steps, batch, width]))];
    }

    /// <inheritdoc cref="CpuRunner.Train(int)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Train(int steps)
    {
        _module.train();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var at = step % NetworkData.Count;
            _optimizer.zero_grad();
            var loss = _loss.forward(_module.forward(_inputs[at]), _targets[at]);
            loss.backward();
            _optimizer.step();
        }
    }

    /// <inheritdoc cref="CpuRunner.Predict(int)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Predict(int steps)
    {
        _module.eval();
        using var inference = inference_mode();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            _module.forward(_inputs[step % NetworkData.Count]);
        }
    }

    /// <inheritdoc cref="CpuRunner.Outputs"/>
    internal float[] Outputs()
    {
        _module.eval();
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        return _module.forward(_inputs[0]).data<float>().ToArray();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _loss.Dispose();
        _module.Dispose();
        foreach (var each in _inputs.Concat(_targets))
        {
            each.Dispose();
        }
    }

    private static Sequential Perceptron(MlpArchitecture architecture)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        var below = architecture.Inputs;
        foreach (var width in architecture.Hidden)
        {
            layers.AddRange([nn.Linear(below, width), nn.ReLU()]);
            below = width;
        }

        layers.Add(nn.Linear(below, architecture.Outputs));
        return nn.Sequential(layers);
    }

    /// <summary>One block of all.</summary>
    private static ParameterLayout Flat(float[] parameters) => new((nameof(parameters), [parameters.Length]));

    /// <summary>
    /// Our blocks have the order of the modules' parameters; matrices are [inputs, outputs] here, [outputs, inputs] in Torch.
    /// </summary>
    private void Copy(ParameterLayout layout, float[] parameters)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (block, parameter) in layout.Blocks.Zip(_module.parameters()))
        {
            var values = tensor(block.In(parameters.AsSpan()).ToArray(), [.. block.Shape.Select(size => (long)size)]);
            parameter.copy_(block.IsMatrix ? values.t() : values);
        }
    }

    /// <summary>
    /// Torch has no stock module of liquid cells: our own twins in eager mode, on one flat parameter. They do what the authors' package does, with one
    /// product for the four heads of a closed-form cell where that has four.
    /// </summary>
    private sealed class LiquidModule : nn.Module<Tensor, Tensor>
    {
        private readonly TorchRecurrentModule _recurrent;
        private readonly Tensor _elapsed;
        private readonly Tensor _state;
        private readonly long[] _shape;

        internal LiquidModule(RecurrentArchitecture architecture, int steps, int batch)
            : base(nameof(LiquidModule))
        {
            _recurrent = new TorchRecurrentModule(architecture, new Parameter(zeros(architecture.Layout.Count)));
            _elapsed = ones(steps, batch, 1);
            _state = zeros(batch, architecture.StateSize);
            _shape = [steps, batch, architecture.Outputs];
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _recurrent.forward(input, _elapsed, _state).Logits.view(_shape);
    }

    private sealed class GruModule : nn.Module<Tensor, Tensor>
    {
        private readonly GRU _rnn;
        private readonly Linear _head;

        internal GruModule(GruArchitecture architecture)
            : base(nameof(GruModule))
        {
            _rnn = nn.GRU(architecture.Inputs, architecture.StateSize);
            _head = nn.Linear(architecture.StateSize, architecture.Outputs);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _head.forward(_rnn.forward(input).Item1);
    }
}
