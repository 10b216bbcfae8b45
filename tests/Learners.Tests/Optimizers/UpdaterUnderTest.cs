using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>An updater with the parameters that it moves, the same to look at on each backend.</summary>
internal sealed class UpdaterUnderTest : IDisposable
{
    private readonly ParameterUpdater? _cpu;
    private readonly TorchParameterUpdater? _torch;
    private readonly float[] _parameters;
    private readonly Tensor? _tensor;

    internal UpdaterUnderTest(UpdateOptions options, ParameterLayout layout, Backend backend, float[] parameters)
    {
        _parameters = [.. parameters];
        if (backend == Backend.Cpu)
        {
            _cpu = new ParameterUpdater(options, layout, parameters);
        }
        else
        {
            _torch = new TorchParameterUpdater(options, layout, parameters, CPU);
            _tensor = tensor(_parameters);
        }
    }

    /// <summary>A copy of them as they are now.</summary>
    internal float[] Parameters => _tensor is null ? [.. _parameters] : _tensor.data<float>().ToArray();

    internal long Steps => _cpu?.Optimizer.Steps ?? _torch!.Optimizer.Steps;

    internal double LearningRate
    {
        set
        {
            if (_cpu is not null)
            {
                _cpu.Optimizer.LearningRate = value;
            }
            else
            {
                _torch!.Optimizer.LearningRate = value;
            }
        }
    }

    internal StepOutcome Apply(float[] gradient, params ParameterRange[] support)
    {
        if (_cpu is not null)
        {
            return _cpu.Apply(_parameters, gradient, support.Length > 0 ? support : [new ParameterRange(0, gradient.Length)]);
        }

        using var g = tensor(gradient);
        if (_torch!.Optimizer is not TorchAdaHessian { NeedsCurvature: true })
        {
            return _torch.Apply(_tensor!, g);
        }

        using var curvature = tensor(gradient.Select(OptimizerUnderTest.Curvature).ToArray());
        return _torch.Apply(_tensor!, g, curvature);
    }

    internal void Reset()
    {
        _cpu?.Reset();
        _torch?.Reset();
    }

    internal byte[] Save()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        _cpu?.Save(ref writer);
        _torch?.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal void Load(byte[] state)
    {
        var reader = new MessagePackReader(state);
        _cpu?.Load(ref reader);
        _torch?.Load(ref reader);
    }

    public void Dispose()
    {
        _torch?.Dispose();
        _tensor?.Dispose();
    }
}
