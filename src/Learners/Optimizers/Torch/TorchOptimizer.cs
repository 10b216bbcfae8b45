using System.Collections.Immutable;
using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary>
/// What all optimisers on a Torch device have in common: checks, counting, stored state. A step itself is the subclass's.
/// </summary>
public abstract class TorchOptimizer : ITorchOptimizer
{
    private readonly StateShape _shape;
    private readonly Device _device;
    private double _learningRate;

    private protected TorchOptimizer(OptimizerOptions options, int count, Device device)
    {
        OptionRange.AtLeastOne(count);
        Options = options;
        _shape = StateShape.Of(options);
        _device = device;
        Count = count;
        Vectors = [.. _shape.Vectors.Select(_ => zeros(count, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope())];
        Numbers = [.. _shape.Numbers.Select(start => tensor(start, ScalarType.Float64, device).DetachFromDisposeScope())];
        _learningRate = options.LearningRate;
        Generator = NewGenerator();
    }

    /// <inheritdoc/>
    public OptimizerOptions Options { get; }

    /// <inheritdoc/>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = OptimizerState.Usable(value);
    }

    /// <inheritdoc/>
    public long Steps { get; private set; }

    /// <summary>How many parameters there are.</summary>
    private protected int Count { get; }

    /// <summary>The state vectors, [count] each.</summary>
    private protected ImmutableArray<Tensor> Vectors { get; }

    /// <summary>The single numbers, in double precision.</summary>
    private protected ImmutableArray<Tensor> Numbers { get; }

    /// <summary>The generator, where there is one.</summary>
    private protected Xoshiro256? Generator { get; private set; }

    /// <inheritdoc/>
    public void Update(Tensor parameters, Tensor gradient)
    {
        parameters.Require(Count, _device, nameof(parameters));
        gradient.Require(Count, _device, nameof(gradient));
        RequireReady();
        using var untracked = no_grad();
        using var scope = NewDisposeScope();
        Step(parameters, gradient, Steps + 1);
        Steps++;
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Steps = 0;
        LearningRate = Options.LearningRate;
        Generator = NewGenerator();
        using var scope = NewDisposeScope();
        foreach (var vector in Vectors)
        {
            vector.zero_();
        }

        for (var i = 0; i < Numbers.Length; i++)
        {
            Numbers[i].copy_(tensor(_shape.Numbers[i], ScalarType.Float64));
        }
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        var state = new OptimizerState(Options, Count) { Steps = Steps, LearningRate = LearningRate, Generator = Generator };
        for (var i = 0; i < Vectors.Length; i++)
        {
            Vectors[i].CopyTo(state.Vectors[i]);
        }

        for (var i = 0; i < Numbers.Length; i++)
        {
            state.Numbers[i] = Numbers[i].Read<double>();
        }

        state.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        var state = new OptimizerState(Options, Count);
        state.Load(ref reader);
        using var scope = NewDisposeScope();
        for (var i = 0; i < Vectors.Length; i++)
        {
            Vectors[i].copy_(tensor(state.Vectors[i]));
        }

        for (var i = 0; i < Numbers.Length; i++)
        {
            Numbers[i].copy_(tensor(state.Numbers[i], ScalarType.Float64));
        }

        Steps = state.Steps;
        LearningRate = state.LearningRate;
        Generator = state.Generator;
    }

    /// <summary>Frees the state on the device.</summary>
    public void Dispose()
    {
        foreach (var tensor in Vectors.Concat(Numbers))
        {
            tensor.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Whether <paramref name="values"/> is a vector that this optimiser can work with; throws if not.</summary>
    /// <exception cref="ArgumentException">It has another shape, type or device.</exception>
    private protected void RequireVector(Tensor values, string name) => values.Require(Count, _device, name);

    /// <summary>A vector with those values on the device.</summary>
    private protected Tensor OnDevice(float[] values) => tensor(values, device: _device);

    /// <summary>Throws where a step cannot be taken yet.</summary>
    private protected virtual void RequireReady()
    {
    }

    /// <summary>The step numbered <paramref name="step"/>, from 1 on, in a dispose scope and without autograd. Shapes are right.</summary>
    private protected abstract void Step(Tensor parameters, Tensor gradient, long step);

    private Xoshiro256? NewGenerator() => _shape.Seed is { } seed ? new Xoshiro256(seed) : null;
}
