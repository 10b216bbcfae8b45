using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>A network of values with its target. After plasticity has been injected, both have a frozen network and the difference of two twins beside them, of which one learns: nothing changes at
/// that moment.</summary>
internal sealed class Critic : IDisposable
{
    private const string Name = "critic";
    private const int Version = 1;
    private const int Fields = 4;

    private readonly AgentOptions _options;
    private readonly CpuMlpWorkspace _workspace;
    private readonly CpuMlp _target;
    private readonly float[] _goodTarget;
    private readonly float[] _frozenOutputs;
    private readonly float[] _frozenTargets;
    private readonly float[] _frozenGradient;

    // What the critic was when plasticity was injected, and what its target was; the twin that does not learn. None before.
    private CpuMlp? _frozen;
    private CpuMlp? _frozenTarget;
    private CpuMlp? _twin;

    /// <param name="architecture">Of the network.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="seed">Of its initial parameters.</param>
    internal Critic(MlpArchitecture architecture, AgentOptions options, ulong seed)
    {
        _options = options;
        _workspace = new CpuMlpWorkspace(architecture, options.Batch);
        Learning = new PlasticNetwork(_workspace, options.Updates(isCritic: true), options.Interventions, isCritic: true, seed);
        _target = new CpuMlp(_workspace, seed);
        _goodTarget = new float[architecture.Layout.Count];
        _frozenOutputs = new float[options.Batch * architecture.Outputs];
        _frozenTargets = new float[options.Batch * architecture.Outputs];
        _frozenGradient = new float[options.Batch * architecture.Inputs];
        CopyToTarget();
        KeepGood();
    }

    internal PlasticNetwork Learning { get; }

    /// <summary>Values by the target.</summary>
    internal void ForwardTarget(ReadOnlySpan<float> inputs, int rows, Span<float> values)
    {
        ForwardFrozen(_frozenTarget, inputs, rows, _frozenTargets);
        Forward(_target, inputs, rows, _frozenTargets, values);
    }

    /// <summary>Values, kept for going back.</summary>
    internal void Forward(ReadOnlySpan<float> inputs, int rows, Span<float> values)
    {
        ForwardFrozen(_frozen, inputs, rows, _frozenOutputs);
        Forward(Learning.Network, inputs, rows, _frozenOutputs, values);
    }

    /// <summary>The gradient of Σ gradient · values by some of the inputs of the last forward pass.</summary>
    /// <param name="inputs">Those of the pass.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="outputGradient">[rows, outputs].</param>
    /// <param name="from">The first input that is asked about.</param>
    /// <param name="count">How many are.</param>
    /// <param name="gradient">[rows, count], written.</param>
    internal void InputGradient(ReadOnlySpan<float> inputs, int rows, ReadOnlySpan<float> outputGradient, int from, int count, Span<float> gradient)
    {
        Learning.Network.InputGradient(outputGradient, from, count, gradient);
        if (_frozen is not null)
        {
            var other = _frozenGradient.AsSpan(0, rows * count);
            _frozen.Forward(inputs, rows);
            _frozen.InputGradient(outputGradient, from, count, other);
            TensorPrimitives.Add(gradient, other, gradient);
            _twin!.Forward(inputs, rows);
            _twin.InputGradient(outputGradient, from, count, other);
            TensorPrimitives.Subtract(gradient, other, gradient);
        }
    }

    /// <summary>The target follows by the target rate.</summary>
    internal void Follow() => TensorPrimitives.Lerp(_target.Parameters, Learning.Network.Parameters, (float)_options.TargetRate, _target.Parameters);

    /// <summary>Freezes what there is, and goes on with twins whose difference is 0.</summary>
    internal void Inject(ulong seed)
    {
        if (_frozen is not null)
        {
            throw new InvalidOperationException("Plasticity has been injected before; expected once.");
        }

        MakeFrozen();
        _frozen!.SetParameters(Learning.Network.Parameters);
        _frozenTarget!.SetParameters(_target.Parameters);
        Learning.Restart(seed);
        _twin!.SetParameters(Learning.Network.Parameters);
        CopyToTarget();
        KeepGood();
    }

    /// <summary>New parameters, of the target too; nothing is frozen.</summary>
    internal void Restart(ulong seed)
    {
        (_frozen, _frozenTarget, _twin) = (null, null, null);
        Learning.Restart(seed);
        CopyToTarget();
        KeepGood();
    }

    internal void KeepGood()
    {
        Learning.KeepGood();
        _target.CopyParameters(_goodTarget);
    }

    internal void ReturnToGood()
    {
        Learning.ReturnToGood();
        _target.SetParameters(_goodTarget);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        Learning.Save(ref writer);
        writer.WriteFloats(_target.Parameters);
        writer.WriteFloats(_goodTarget);
        writer.WriteArrayHeader(_frozen is null ? 0 : 3);
        if (_frozen is not null)
        {
            writer.WriteFloats(_frozen.Parameters);
            writer.WriteFloats(_frozenTarget!.Parameters);
            writer.WriteFloats(_twin!.Parameters);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        Learning.Load(ref reader);
        reader.ReadFloats(_target.Parameters);
        reader.ReadFloats(_goodTarget);
        var frozen = reader.ReadArrayHeader();
        StateFormat.Require(frozen is 0 or 3, "a critic has some of its frozen networks");
        (_frozen, _frozenTarget, _twin) = (null, null, null);
        if (frozen == 3)
        {
            MakeFrozen();
            reader.ReadFloats(_frozen!.Parameters);
            reader.ReadFloats(_frozenTarget!.Parameters);
            reader.ReadFloats(_twin!.Parameters);
        }
    }

    public void Dispose()
    {
        Learning.Dispose();
        _target.Dispose();
    }

    private void CopyToTarget() => _target.SetParameters(Learning.Network.Parameters);

    private void MakeFrozen() => (_frozen, _frozenTarget, _twin) = (new CpuMlp(_workspace, 0), new CpuMlp(_workspace, 0), new CpuMlp(_workspace, 0));

    private void ForwardFrozen(CpuMlp? frozen, ReadOnlySpan<float> inputs, int rows, float[] outputs)
    {
        if (frozen is not null)
        {
            frozen.Forward(inputs, rows);
            frozen.Logits.CopyTo(outputs);
            _twin!.Forward(inputs, rows);
            TensorPrimitives.Subtract(outputs.AsSpan(0, _twin.Logits.Length), _twin.Logits, outputs);
        }
    }

    private void Forward(CpuMlp network, ReadOnlySpan<float> inputs, int rows, float[] frozen, Span<float> values)
    {
        network.Forward(inputs, rows);
        network.Logits.CopyTo(values);
        if (_frozen is not null)
        {
            TensorPrimitives.Add(values, frozen.AsSpan(0, values.Length), values);
        }
    }
}
