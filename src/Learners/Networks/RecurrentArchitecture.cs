using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A recurrent cell with a linear readout: state(t) = cell(input(t), elapsed(t), state(t-1)), output(t) = head(state(t) W + b), of the whole
/// state or of its first numbers.
/// </summary>
/// <remarks>
/// A new cell is a class of this kind with its two implementations, <see cref="IRecurrentCell"/> and <see cref="ITorchCell"/>; windows,
/// carried state, readout, truncation and updates are the networks' and need nothing new.
/// </remarks>
public abstract class RecurrentArchitecture : NetworkArchitecture
{
    internal const string HeadWeight = "head.weight";

    internal const string HeadBias = "head.bias";

    private protected RecurrentArchitecture(int inputs, int stateSize, int outputs, Head head, int? readoutSize = null)
        : base(inputs, outputs, head)
    {
        Require(stateSize >= 1, nameof(stateSize), stateSize, "at least 1");
        StateSize = stateSize;
        ReadoutSize = readoutSize ?? stateSize;
    }

    /// <summary>Numbers that the cell carries from step to step, for each sample; all zero at the start.</summary>
    public int StateSize { get; }

    /// <summary>How many numbers the readout sees: the first of the state.</summary>
    public int ReadoutSize { get; }

    /// <summary>Makes the cell's arithmetic on the CPU, with room for windows of that size.</summary>
    internal abstract IRecurrentCell CreateCell(int maxSteps, int maxBatch);

    /// <summary>Makes the cell's twin on Torch.</summary>
    internal abstract ITorchCell CreateTorchCell();
}
