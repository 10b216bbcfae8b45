using MessagePack;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary>
/// An optimiser over a flat parameter vector on a Torch device: the twin of <see cref="IOptimizer"/>, with the same formulas and the same
/// stored form. Single-threaded; disposing it frees its state on the device.
/// </summary>
public interface ITorchOptimizer : IDisposable
{
    /// <summary>What it was made from.</summary>
    OptimizerOptions Options { get; }

    /// <summary>
    /// Step size, starts as <see cref="OptimizerOptions.LearningRate"/>; may be changed between steps, to a finite number of at least 0.
    /// Part of the state.
    /// </summary>
    double LearningRate { get; set; }

    /// <summary>How many steps it has taken since its start or its last reset.</summary>
    long Steps { get; }

    /// <summary>Takes one step down a gradient, outside of what autograd records. Leaves no tensor behind.</summary>
    /// <param name="parameters">[count] float32 on the optimiser's device, changed in place.</param>
    /// <param name="gradient">[count] float32 on the same device, finite; only read.</param>
    /// <exception cref="ArgumentException">One of them has another shape, type or device.</exception>
    void Update(Tensor parameters, Tensor gradient);

    /// <summary>Forgets all that it has gathered; the learning rate is that of the options again.</summary>
    void Reset();

    /// <summary>Writes the whole state, versioned, as <see cref="IOptimizer.Save"/> does.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>
    /// Takes over a state that an optimiser with the same options has saved, on whichever backend, as a whole or not at all.
    /// </summary>
    /// <exception cref="State.StateFormatException">The state is of another optimiser, version or size, or damaged.</exception>
    void Load(ref MessagePackReader reader);
}
