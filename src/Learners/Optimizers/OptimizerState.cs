using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// All that an optimiser remembers, and its stored form, the same for both backends: kind, steps, learning rate, numbers, vectors (raw
/// floats), generator (nil where there is none).
/// </summary>
internal sealed class OptimizerState
{
    private const string Name = "optimizer";
    private const int Version = 1;
    private const int Fields = 6;

    private readonly OptimizerOptions _options;
    private readonly StateShape _shape;
    private double _learningRate;

    internal OptimizerState(OptimizerOptions options, int count)
    {
        OptionRange.AtLeastOne(count);
        _options = options;
        _shape = StateShape.Of(options);
        Vectors = [.. _shape.Vectors.Select(_ => new float[count])];
        Numbers = [.. _shape.Numbers];
        Count = count;
        Reset();
    }

    /// <summary>How many parameters there are.</summary>
    internal int Count { get; }

    /// <summary>Steps taken.</summary>
    internal long Steps { get; set; }

    /// <summary>The step size now. A number from 0 to 1e30; anything else throws.</summary>
    internal double LearningRate
    {
        get => _learningRate;
        set => _learningRate = Usable(value);
    }

    /// <summary>The single numbers.</summary>
    internal double[] Numbers { get; }

    /// <summary>The state vectors, each of <see cref="Count"/> numbers. The arrays stay the same ones.</summary>
    internal float[][] Vectors { get; }

    /// <summary>The generator, where there is one.</summary>
    internal Xoshiro256? Generator { get; set; }

    /// <summary>The learning rate itself, if it is one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, too large, or none.</exception>
    internal static double Usable(double learningRate)
    {
        OptionRange.Require(
            learningRate is >= 0 and <= OptionRange.LargestStep, learningRate, "a number from 0 to 1e30", nameof(LearningRate));
        return learningRate;
    }

    /// <summary>As at the start.</summary>
    internal void Reset()
    {
        Steps = 0;
        LearningRate = _options.LearningRate;
        _shape.Numbers.CopyTo(Numbers);
        foreach (var vector in Vectors)
        {
            Array.Clear(vector);
        }

        Generator = _shape.Seed is { } seed ? new Xoshiro256(seed) : null;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_options.Kind);
        writer.Write(Steps);
        writer.Write(LearningRate);
        writer.WriteDoubles(Numbers);
        writer.WriteArrayHeader(Vectors.Length);
        foreach (var vector in Vectors)
        {
            writer.WriteFloats(vector);
        }

        if (Generator is null)
        {
            writer.WriteNil();
        }
        else
        {
            Generator.Save(ref writer);
        }
    }

    /// <summary>Reads a stored state and writes it with its vectors grown.</summary>
    internal static void Grow(ref MessagePackReader reader, ref MessagePackWriter writer, Func<float[], float[]> grow)
    {
        reader.ReadHeader(Name, Version, Fields);
        writer.WriteHeader(Name, Version, Fields);

        // Kind, steps, learning rate, numbers.
        for (var field = 0; field < 4; field++)
        {
            writer.WriteRaw(reader.ReadRaw());
        }

        var vectors = reader.ReadArrayHeader();
        writer.WriteArrayHeader(vectors);
        for (var i = 0; i < vectors; i++)
        {
            writer.WriteFloats(grow(UpdaterGrowth.ReadVector(ref reader)));
        }

        writer.WriteRaw(reader.ReadRaw());
    }

    /// <summary>Takes over a stored state as a whole, or throws and changes nothing.</summary>
    /// <exception cref="StateFormatException">It is of another optimiser, version or size, or damaged.</exception>
    internal void Load(ref MessagePackReader reader)
    {
        var loaded = new OptimizerState(_options, Count);
        try
        {
            loaded.Read(ref reader);
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }

        Steps = loaded.Steps;
        LearningRate = loaded.LearningRate;
        Generator = loaded.Generator;
        loaded.Numbers.CopyTo(Numbers, 0);
        for (var i = 0; i < Vectors.Length; i++)
        {
            loaded.Vectors[i].CopyTo(Vectors[i], 0);
        }
    }

    private void Read(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        var kind = reader.ReadString();
        if (kind != _options.Kind)
        {
            throw new StateFormatException($"Stored state is of the optimiser '{kind}'; expected '{_options.Kind}'.");
        }

        Steps = reader.ReadInt64();
        StateFormat.Require(Steps >= 0, "an optimiser has taken a negative number of steps");
        var learningRate = reader.ReadFinite();
        StateFormat.Require(learningRate is >= 0 and <= OptionRange.LargestStep, "a learning rate is out of range");
        LearningRate = learningRate;
        reader.ReadDoubles(Numbers);
        for (var i = 0; i < Numbers.Length; i++)
        {
            StateFormat.Require(Numbers[i] >= _shape.Numbers[i], "a sum of squares is smaller than it was at the start");
        }

        reader.ReadLength(Vectors.Length);
        for (var i = 0; i < Vectors.Length; i++)
        {
            reader.ReadFloats(Vectors[i]);
            StateFormat.Require(
                _shape.Vectors[i] == VectorValues.Any || !Vectors[i].AsSpan().ContainsAnyInRange(float.MinValue, -float.Epsilon),
                "a mean of squares is negative");
        }

        if (Generator is null)
        {
            StateFormat.Require(reader.TryReadNil(), "an optimiser without a generator has one");
        }
        else
        {
            Generator.Load(ref reader);
        }
    }
}
