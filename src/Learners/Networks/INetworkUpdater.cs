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
    /// <exception cref="ArgumentOutOfRangeException">It is set to something that is no number from 0 to 1e30.</exception>
    double LearningRate { get; set; }

    /// <summary>Steps of the optimiser since its start or last reset; refused ones do not count.</summary>
    long Steps { get; }

    /// <summary>
    /// One step down the network's gradient, which can be applied once. A refused step changes neither parameters nor state. After it there is
    /// no forward pass to go back through any more: its activations are those of other parameters.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There is no gradient that has not been applied; or the workspace holds another network's; or the optimiser needs a curvature, which
    /// <see cref="NetworkTrainer"/> provides.
    /// </exception>
    StepOutcome Apply();

    /// <summary>Lets the optimiser forget all that it has gathered; the learning rate is that of the options again.</summary>
    void Reset();

    /// <summary>Writes the optimiser's state and the centre of the projection.</summary>
    void Save(ref MessagePackWriter writer);

    /// <summary>Takes over what an updater with the same options has saved, on whichever backend.</summary>
    /// <exception cref="State.StateFormatException">It is of other options, or damaged.</exception>
    void Load(ref MessagePackReader reader);
}
