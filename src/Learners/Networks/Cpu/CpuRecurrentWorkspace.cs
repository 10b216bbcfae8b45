namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// What a pass through a recurrent network needs besides its parameters and its carried state. Many networks of one architecture that are
/// stepped one after the other (a fleet) share one workspace.
/// </summary>
public sealed class CpuRecurrentWorkspace
{
    /// <param name="architecture">Of the networks that use it.</param>
    /// <param name="maxSteps">The most steps that one window can have.</param>
    /// <param name="maxBatch">The most samples that one window can have.</param>
    public CpuRecurrentWorkspace(RecurrentArchitecture architecture, int maxSteps, int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        Architecture = architecture;
        MaxSteps = maxSteps;
        MaxBatch = maxBatch;
        var rows = checked(maxSteps * maxBatch);
        Cell = architecture.CreateCell(maxSteps, maxBatch);
        Inputs = new PinnedFloats(checked(rows * architecture.Inputs));
        Elapsed = new PinnedFloats(rows);
        States = new PinnedFloats(checked((rows + maxBatch) * architecture.StateSize));
        StateGradient = new PinnedFloats(rows * architecture.StateSize);
        Pass = new CpuPass(architecture, rows, new PinnedFloats(checked(rows * architecture.Outputs)));
        Transposed = new PinnedFloats(architecture.StateSize * architecture.Outputs);
    }

    /// <summary>Of the networks that use it.</summary>
    public RecurrentArchitecture Architecture { get; }

    /// <summary>The most steps that one window can have.</summary>
    public int MaxSteps { get; }

    /// <summary>The most samples that one window can have.</summary>
    public int MaxBatch { get; }

    internal CpuPass Pass { get; }

    /// <summary>The network whose last state can be carried, or null.</summary>
    internal CpuRecurrentNetwork? Stepped { get; set; }

    internal IRecurrentCell Cell { get; }

    internal PinnedFloats Inputs { get; }

    internal PinnedFloats Elapsed { get; }

    /// <summary>[steps + 1, batch, state].</summary>
    internal PinnedFloats States { get; }

    internal PinnedFloats StateGradient { get; }

    internal PinnedFloats Transposed { get; }
}
