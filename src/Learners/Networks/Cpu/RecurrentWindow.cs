namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>A window as a cell sees it.</summary>
internal readonly unsafe struct RecurrentWindow(int steps, int batch, float* inputs, float* elapsed, float* states)
{
    /// <summary>Steps.</summary>
    internal int Steps { get; } = steps;

    /// <summary>Samples of each step.</summary>
    internal int Batch { get; } = batch;

    /// <summary>[steps, batch, inputs].</summary>
    internal float* Inputs { get; } = inputs;

    /// <summary>[steps, batch]: time since the step before.</summary>
    internal float* Elapsed { get; } = elapsed;

    /// <summary>[steps + 1, batch, state]: the carried state, then the state after each step.</summary>
    internal float* States { get; } = states;
}
