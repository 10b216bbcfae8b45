using System.Runtime.CompilerServices;
using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Bench.Networks;

/// <summary>
/// Our side, as a learner has it: a network on the fused kernels and its trainer, every check included. The loops over steps are what is
/// measured.
/// </summary>
internal sealed class CpuRunner : IDisposable
{
    private readonly NetworkCase _case;
    private readonly NetworkData _data;
    private readonly int _batch;
    private readonly float[] _outputs;
    private readonly INetwork _network;
    private readonly NetworkTrainer _trainer;

    internal CpuRunner(NetworkCase network, NetworkData data, int batch, double learningRate)
    {
        const ulong Seed = 1;
        _case = network;
        _data = data;
        _batch = batch;
        _outputs = new float[data.Targets[0].Length];
        _network = network.Architecture switch
        {
            MlpArchitecture mlp => new CpuMlp(mlp, batch, Seed),
            RecurrentArchitecture recurrent => new CpuRecurrentNetwork(recurrent, network.Steps, batch, Seed),
            _ => throw new NotSupportedException($"No network for {network.Architecture}."),
        };
        _trainer = new NetworkTrainer(
            _network, new SquaredLoss(), new UpdateOptions { Optimizer = new SgdOptions { LearningRate = learningRate } });
    }

    /// <summary>The flat parameter vector, copied.</summary>
    internal float[] Parameters
    {
        get
        {
            var parameters = new float[_network.Architecture.Layout.Count];
            _network.CopyParameters(parameters);
            return parameters;
        }
    }

    /// <summary>Training steps: forward, squared loss, backward, plain gradient descent.</summary>
    internal void Train(int steps)
    {
        if (_network is IFeedForwardNetwork feedForward)
        {
            Train(feedForward, steps);
        }
        else
        {
            Train((IRecurrentNetwork)_network, steps);
        }
    }

    /// <summary>Forward passes alone.</summary>
    internal void Predict(int steps)
    {
        if (_network is IFeedForwardNetwork feedForward)
        {
            Predict(feedForward, steps);
        }
        else
        {
            Predict((IRecurrentNetwork)_network, steps);
        }
    }

    /// <summary>[steps, batch, outputs] for the first batch of the data, with the parameters as they are now.</summary>
    internal float[] Outputs()
    {
        Predict(1);
        return _outputs;
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _network.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Train(IFeedForwardNetwork network, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var at = step % NetworkData.Count;
            network.Forward(_data.Inputs[at], _batch);
            Require(_trainer.Learn(_data.Targets[at], default));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Train(IRecurrentNetwork network, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var at = step % NetworkData.Count;
            network.Forward(_data.Inputs[at], default, _case.Steps, _batch);
            Require(_trainer.Learn(_data.Targets[at], default));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Predict(IFeedForwardNetwork network, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            network.Predict(_data.Inputs[step % NetworkData.Count], _batch, _outputs);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Predict(IRecurrentNetwork network, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            network.Predict(_data.Inputs[step % NetworkData.Count], default, _case.Steps, _batch, _outputs, carry: false);
        }
    }

    private static void Require(StepOutcome outcome)
    {
        if (!outcome.Applied)
        {
            throw new InvalidOperationException($"A training step was refused ({outcome.Refusal}); the benchmark's steps are all finite.");
        }
    }
}
