using MessagePack;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// Applies a network's gradient to its parameters: refuses what is not finite, clips, takes the optimiser's step, projects.
/// Made by <see cref="INetwork.CreateUpdater"/> for one network.
/// </summary>
public interface INetworkUpdater : IDisposable
{
    /// <summary>What it was made from.</summary>
    UpdateOptions Options { get; }

    /// <summary>The optimiser's step size; may be changed between steps.</summary>
    double LearningRate { get; set; }

    /// <summary>Steps of the optimiser since its start or last reset; refused ones do not count.</summary>
    long Steps { get; }

    /// <summary>One step down the network's gradient. A refused step changes neither parameters nor state.</summary>
    StepOutcome Apply();

    /// <summary>Lets the optimiser forget all that it has gathered.</summary>
    void Reset();

    /// <summary>Writes the optimiser's state and the centre of the projection.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over what an updater with the same options has saved, on whichever backend.</summary>
    /// <exception cref="State.StateFormatException">It is of other options, or damaged.</exception>
    void Load(ref MessagePackReader reader);
}
