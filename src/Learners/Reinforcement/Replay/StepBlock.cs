using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>
/// Consecutive steps in memory that the collector does not see: a column each of observations, actions, rewards, distances to the step before, ends. A full one is a segment of the
/// checkpoint: its bytes never change again.
/// </summary>
internal sealed unsafe class StepBlock : IDisposable
{
    private const int CacheLine = 64;
    private const string Name = "replay-segment";
    private const int Version = 1;
    private const int Fields = 4;

    private readonly StepShape _shape;
    private readonly nuint _bytes;
    private byte* _memory;
    private byte[]? _digest;

    /// <param name="shape">Of a step.</param>
    /// <param name="capacity">Steps.</param>
    internal StepBlock(StepShape shape, int capacity)
    {
        _shape = shape;
        Capacity = capacity;
        _bytes = (nuint)capacity * (nuint)shape.StepBytes;
        _memory = (byte*)NativeMemory.AlignedAlloc(_bytes, CacheLine);
        GC.AddMemoryPressure((long)_bytes);
    }

    ~StepBlock() => Free();

    /// <summary>Steps that there is room for.</summary>
    internal int Capacity { get; }

    /// <summary>Steps that it has.</summary>
    internal int Count { get; private set; }

    /// <summary>SHA-256 of a full block: what its segment is known by.</summary>
    internal ReadOnlySpan<byte> Digest => _digest ??= Hash();

    private Span<byte> Observations => new(_memory, Capacity * _shape.ObservationBytes);

    private Span<float> Actions => new(_memory + (nuint)Capacity * (nuint)_shape.ObservationBytes, Capacity * _shape.Actions);

    private Span<float> Rewards => new(_memory + (nuint)Capacity * (nuint)(_shape.ObservationBytes + (_shape.Actions * sizeof(float))), Capacity);

    private Span<uint> Distances => new((byte*)Unsafe(Rewards) + (Capacity * sizeof(float)), Capacity);

    private Span<byte> Ends => new((byte*)Unsafe(Rewards) + (2 * Capacity * sizeof(float)), Capacity);

    internal ReadOnlySpan<byte> Observation(int step) => Observations.Slice(step * _shape.ObservationBytes, _shape.ObservationBytes);

    internal ReadOnlySpan<float> Action(int step) => Actions.Slice(step * _shape.Actions, _shape.Actions);

    internal float Reward(int step) => Rewards[step];

    /// <summary>Steps back to the one before it in its episode; 0: it is the first.</summary>
    internal uint Distance(int step) => Distances[step];

    internal StepEnd End(int step) => (StepEnd)Ends[step];

    internal void Append(ReadOnlySpan<byte> observation, ReadOnlySpan<float> action, float reward, uint distance, StepEnd end)
    {
        var step = Count;
        observation.CopyTo(Observations[(step * _shape.ObservationBytes)..]);
        action.CopyTo(Actions[(step * _shape.Actions)..]);
        Rewards[step] = reward;
        Distances[step] = distance;
        Ends[step] = (byte)end;
        Count++;
    }

    /// <summary>Begins again, with the same memory.</summary>
    internal void Clear()
    {
        Count = 0;
        _digest = null;
    }

    /// <summary>Writes the steps that it has.</summary>
    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(Count);
        Write(ref writer, Observations[..(Count * _shape.ObservationBytes)]);
        Write(ref writer, MemoryMarshal.AsBytes(Actions[..(Count * _shape.Actions)]));
        writer.WriteBinHeader(Count * (sizeof(float) + sizeof(uint) + 1));
        writer.WriteRaw(MemoryMarshal.AsBytes(Rewards[..Count]));
        writer.WriteRaw(MemoryMarshal.AsBytes(Distances[..Count]));
        writer.WriteRaw(Ends[..Count]);
        GC.KeepAlive(this);
    }

    /// <summary>Takes over what <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">It is of another shape, or damaged. The block has no steps then.</exception>
    internal void Load(ref MessagePackReader reader)
    {
        Clear();
        reader.ReadHeader(Name, Version, Fields);
        var count = reader.ReadInt32();
        StateFormat.Require(count >= 0 && count <= Capacity, "a segment has more steps than it has room for");
        Read(ref reader, Observations[..(count * _shape.ObservationBytes)]);
        Read(ref reader, MemoryMarshal.AsBytes(Actions[..(count * _shape.Actions)]));
        var rest = reader.ReadBytes() ?? default;
        StateFormat.Require(rest.Length == (long)count * (sizeof(float) + sizeof(uint) + 1), "a segment has another length than its steps");
        rest.Slice(0, count * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(Rewards[..count]));
        rest.Slice(count * sizeof(float), count * sizeof(uint)).CopyTo(MemoryMarshal.AsBytes(Distances[..count]));
        rest.Slice(count * (sizeof(float) + sizeof(uint))).CopyTo(Ends[..count]);
        StateFormat.Require(!Ends[..count].ContainsAnyExceptInRange((byte)0, (byte)StepEnd.TimeOut), "the end of a step is none that there is");
        StateFormat.Require(AllFinite(Rewards[..count]) && AllFinite(Actions[..(count * _shape.Actions)]), "a number of a step is not finite");
        Count = count;
        GC.KeepAlive(this);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static bool AllFinite(ReadOnlySpan<float> values) => values.IsEmpty || System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(values);

    private static void* Unsafe(Span<float> span) => System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));

    private static void Write(ref MessagePackWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteBinHeader(bytes.Length);
        writer.WriteRaw(bytes);
    }

    private static void Read(ref MessagePackReader reader, Span<byte> bytes)
    {
        var stored = reader.ReadBytes() ?? default;
        StateFormat.Require(stored.Length == bytes.Length, "a segment has another length than its steps");
        stored.CopyTo(bytes);
    }

    private byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(new ReadOnlySpan<byte>(_memory, checked((int)_bytes)));
        GC.KeepAlive(this);
        return hash.GetHashAndReset();
    }

    private void Free()
    {
        if (_memory is not null)
        {
            NativeMemory.AlignedFree(_memory);
            _memory = null;
            GC.RemoveMemoryPressure((long)_bytes);
        }
    }
}
