using System.Collections.Immutable;

namespace StreamLearn.Learners.Optimizers;

/// <summary>What an optimiser remembers: the same on both backends, and so is what they store.</summary>
internal sealed record StateShape
{
    /// <summary>State vectors, one number for each parameter; all start at 0.</summary>
    internal ImmutableArray<VectorValues> Vectors { get; init; } = [];

    /// <summary>Single numbers with what they start at. They only grow.</summary>
    internal ImmutableArray<double> Numbers { get; init; } = [];

    /// <summary>Seed of its generator; null: it has none.</summary>
    internal ulong? Seed { get; init; }

    /// <summary>That of an optimiser with those options.</summary>
    internal static StateShape Of(OptimizerOptions options) => options switch
    {
        SgdOptions { Momentum: 0 } => new(),

        // b.
        SgdOptions => new() { Vectors = [VectorValues.Any] },

        // c.
        AdaGradNormOptions { InitialSum: var sum } => new() { Numbers = [sum] },

        // m and v, or s.
        AdamOptions or AdamWOptions or AdaBeliefOptions => new() { Vectors = [VectorValues.Any, VectorValues.NotNegative] },

        // m.
        LionOptions => new() { Vectors = [VectorValues.Any] },

        // The ball's centre, x̂, the last gradient; V.
        OptimisticMirrorDescentOptions => new() { Vectors = [VectorValues.Any, VectorValues.Any, VectorValues.Any], Numbers = [0] },

        // m, v, the last D.
        AdaHessianOptions { Seed: var seed } => new()
        {
            Vectors = [VectorValues.Any, VectorValues.NotNegative, VectorValues.NotNegative],
            Seed = seed,
        },
        _ => throw new NotSupportedException($"There is no optimiser '{options.Kind}'."),
    };
}
