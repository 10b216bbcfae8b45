using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// Takes steps of a <see cref="BlockNetwork"/> down the gradient of one sample. Moves its block and what all blocks share, and visits
/// nothing else.
/// </summary>
internal abstract unsafe class BlockOptimizer
{
    private const int Version = 1;

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    internal static ReadOnlySpan<string> Kinds => KindNames;

    private static readonly string[] KindNames = ["sgd", "adagrad", "adam", "unit-adagrad", "factored-adagrad"];

    private protected BlockOptimizer(BlockShape shape, double learningRate)
    {
        Shape = shape;
        LearningRate = (float)learningRate;
    }

    /// <summary>Its name, which is in its state.</summary>
    internal abstract string Kind { get; }

    private protected BlockShape Shape { get; }

    private protected float LearningRate { get; }

    /// <summary>The vectors that are its state, none of whose numbers is negative unless <see cref="HasMeans"/> says so.</summary>
    private protected abstract float[][] Vectors { get; }

    /// <summary>Whether the first vector can have negative numbers.</summary>
    private protected virtual bool HasMeans => false;

    internal static BlockOptimizer Create(string kind, BlockShape shape, double learningRate, double damping) => kind switch
    {
        "sgd" => new SgdBlockOptimizer(shape, learningRate),
        "adagrad" => new AdaGradBlockOptimizer(shape, learningRate, damping),
        "adam" => new AdamBlockOptimizer(shape, learningRate, damping),
        "unit-adagrad" => new UnitAdaGradBlockOptimizer(shape, learningRate, damping),
        _ => new FactoredAdaGradBlockOptimizer(shape, learningRate, damping),
    };

    /// <summary>One step down a gradient of finite norm.</summary>
    internal abstract void Step(float* parameters, BlockGradient gradient);

    /// <summary>
    /// A step down λ/2 |θ - θ₀|² for one block and for what all share but the output's bias: θ ← θ₀ + (1 - η λ)(θ - θ₀), by step sizes for
    /// each number where there are such.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="initial">θ₀.</param>
    /// <param name="block">Which block.</param>
    /// <param name="strength">λ.</param>
    internal virtual void Pull(float* parameters, float* initial, int block, float strength)
    {
        var keep = MathF.Max(0, 1 - (LearningRate * strength));
        var at = (nint)block * Shape.BlockLength;
        BlockKernels.Pull(parameters + at, initial + at, keep, Shape.BlockLength);
        BlockKernels.Pull(parameters + Shape.Bias, initial + Shape.Bias, keep, Shape.Last - Shape.Bias);
    }

    /// <summary>Forgets all that it has gathered.</summary>
    internal virtual void Reset()
    {
        foreach (var vector in Vectors)
        {
            Array.Clear(vector);
        }
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Kind, Version, Vectors.Length);
        foreach (var vector in Vectors)
        {
            writer.WriteFloats(vector);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, Version, Vectors.Length);
        for (var i = 0; i < Vectors.Length; i++)
        {
            reader.ReadFloats(Vectors[i]);
            StateFormat.Require(
                !Vectors[i].AsSpan().ContainsAnyExceptInRange(-AdaGradRule.LargestSum, AdaGradRule.LargestSum), "a sum of squares is larger than any gets");
            StateFormat.Require(
                (i == 0 && HasMeans) || !Vectors[i].AsSpan().ContainsAnyInRange(float.MinValue, -float.Epsilon), "a sum of squares is negative");
        }
    }
}
