using MessagePack;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// An optimiser over a flat parameter vector in the process's memory: turns a gradient into a step. Single-threaded, deterministic, and
/// without allocation after construction.
/// </summary>
public interface IOptimizer
{
    /// <summary>What it was made from.</summary>
    OptimizerOptions Options { get; }

    /// <summary>
    /// Step size, starts as <see cref="OptimizerOptions.LearningRate"/>; may be changed between steps (schedules, drift), to a finite
    /// number of at least 0. Part of the state.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to something else.</exception>
    double LearningRate { get; set; }

    /// <summary>How many steps it has taken since its start or its last reset.</summary>
    long Steps { get; }

    /// <summary>Takes one step on <paramref name="parameters"/> down <paramref name="gradient"/>.</summary>
    /// <exception cref="ArgumentException">One of them has another length than the optimiser was made for.</exception>
    void Update(Span<float> parameters, in FlatGradient gradient);

    /// <summary>Forgets all that it has gathered; the learning rate is that of the options again.</summary>
    void Reset();

    /// <summary>Writes the whole state, versioned. The Torch optimiser of the same options writes and reads the same form.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>
    /// Takes over a state that an optimiser with the same options has saved, on whichever backend, as a whole or not at all.
    /// </summary>
    /// <exception cref="State.StateFormatException">The state is of another optimiser, version or size, or damaged.</exception>
    void Load(ref MessagePackReader reader);
}
