using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>A learner that is nothing but parameters: a record moves them by what a generator makes of its number, a few much more than the others.</summary>
internal sealed class DriftingVector : IAveragedLearner
{
    private readonly float[] _parameters;

    internal DriftingVector(params (string Name, int[] Shape)[] blocks)
    {
        Layout = new ParameterLayout(blocks);
        _parameters = new float[Layout.Count];
        var random = new Xoshiro256(7);
        foreach (ref var parameter in _parameters.AsSpan())
        {
            parameter = (float)random.NextGaussian();
        }
    }

    /// <inheritdoc/>
    public ParameterLayout Layout { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <inheritdoc/>
    public void Move(int offset, ReadOnlySpan<float> before, ReadOnlySpan<float> after) =>
        ParameterMove.Apply(_parameters.AsSpan(offset, before.Length), before, after);

    internal void Learn(long record)
    {
        var random = new Xoshiro256((ulong)record);
        foreach (ref var parameter in _parameters.AsSpan())
        {
            parameter += (float)(random.NextGaussian() * (random.NextDouble() < 0.05 ? 0.1 : 0.002));
        }
    }

    internal byte[] Save(ReplicaExchange exchange)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_parameters.AsSpan()));
        exchange.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal void Load(byte[] state, ReplicaExchange exchange)
    {
        var reader = new MessagePackReader(state);
        reader.ReadBytes()!.Value.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_parameters.AsSpan()));
        exchange.Load(ref reader);
    }
}
