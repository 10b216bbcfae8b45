using MessagePack;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// What perturbations by signs come to in expectation under squared loss: the loss has λ/2 |θ - θ₀|² besides, λ = c² / √m, whose steps are
/// θ ← θ₀ + (1 - η λ)(θ - θ₀).
/// </summary>
/// <remarks>Each round pulls all parameters; a block takes the pulls that it has missed when it learns next, so that a round costs what its block costs.</remarks>
internal sealed unsafe class StartPull
{
    private const string Name = "start-pull";
    private const int Version = 1;
    private const int Fields = 2;

    private readonly BlockShape _shape;
    private readonly double _keep;
    private readonly long[] _pulled;
    private long _rounds;

    /// <param name="shape">Of the parameters.</param>
    /// <param name="scale">c.</param>
    /// <param name="learningRate">η.</param>
    internal StartPull(BlockShape shape, double scale, double learningRate)
    {
        _shape = shape;
        _keep = Math.Max(0, 1 - (learningRate * scale * scale / Math.Sqrt(Math.Max(shape.Width, 1))));
        _pulled = new long[shape.Blocks];
    }

    /// <summary>Counts a round, and pulls the block that learns in it and what all blocks share.</summary>
    internal void Step(BlockNetwork network, PinnedFloats initial, int block)
    {
        _rounds++;
        var keep = (float)Math.Pow(_keep, _rounds - _pulled[block]);
        _pulled[block] = _rounds;
        if (_keep == 1)
        {
            return;
        }

        var at = (nint)block * _shape.BlockLength;
        BlockKernels.Pull(network.Pointer + at, initial.Pointer + at, keep, _shape.BlockLength);
        BlockKernels.Pull(network.Pointer + _shape.Bias, initial.Pointer + _shape.Bias, (float)_keep, _shape.Last - _shape.Bias);
        ref var last = ref network.Pointer[_shape.Last];
        last = initial.Pointer[_shape.Last] + ((float)_keep * (last - initial.Pointer[_shape.Last]));
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_rounds);
        writer.WriteArrayHeader(_pulled.Length);
        foreach (var pulled in _pulled)
        {
            writer.Write(pulled);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        _rounds = reader.ReadInt64();
        reader.ReadLength(_pulled.Length);
        foreach (ref var pulled in _pulled.AsSpan())
        {
            pulled = reader.ReadInt64();
            StateFormat.Require(pulled >= 0 && pulled <= _rounds, "a block was pulled in a round that has not been");
        }
    }
}
