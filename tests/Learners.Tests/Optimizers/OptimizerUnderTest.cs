using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Optimizers.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>An optimiser with the parameters that it moves, the same to look at on each backend.</summary>
internal sealed class OptimizerUnderTest : IDisposable
{
    private readonly IOptimizer? _cpu;
    private readonly ITorchOptimizer? _torch;
    private readonly float[] _parameters;
    private readonly Tensor? _tensor;

    internal OptimizerUnderTest(OptimizerOptions options, Backend backend, params float[] parameters)
    {
        _parameters = [.. parameters];
        if (backend == Backend.Cpu)
        {
            _cpu = options.Create(parameters.Length);
        }
        else
        {
            _torch = TorchOptimizers.Create(options, parameters.Length, CPU);
            _tensor = tensor(_parameters);
        }
    }

    /// <summary>A copy of them as they are now.</summary>
    internal float[] Parameters => _tensor is null ? [.. _parameters] : _tensor.data<float>().ToArray();

    internal long Steps => _cpu?.Steps ?? _torch!.Steps;

    internal double LearningRate
    {
        get => _cpu?.LearningRate ?? _torch!.LearningRate;
        set
        {
            if (_cpu is not null)
            {
                _cpu.LearningRate = value;
            }
            else
            {
                _torch!.LearningRate = value;
            }
        }
    }

    /// <summary>The curvature that tests give along with a gradient: as good as any, as long as the reference takes the same.</summary>
    internal static float Curvature(float gradient) => 0.3f + (gradient * gradient);

    internal static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));

    internal void Step(params float[] gradient)
    {
        if (_cpu is not null)
        {
            _cpu.Update(_parameters, new FlatGradient(gradient, [new ParameterRange(0, gradient.Length)], 1, Norm(gradient)));
            return;
        }

        using var g = tensor(gradient);
        if (_torch is TorchAdaHessian { NeedsCurvature: true } second)
        {
            using var probe = second.DrawProbe();
            using var curvature = tensor(gradient.Select(Curvature).ToArray()) * probe;
            second.Update(_tensor!, g, curvature);
        }
        else
        {
            _torch!.Update(_tensor!, g);
        }
    }

    internal void Place(float[] parameters)
    {
        parameters.CopyTo(_parameters, 0);
        using var values = tensor(parameters);
        _tensor?.copy_(values);
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
        Assert.True(reader.End, "Not all of the state was read.");
    }

    public void Dispose()
    {
        _torch?.Dispose();
        _tensor?.Dispose();
    }
}
