using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>What recurrent forecasters of the same settings share in a fleet: the architecture, the room for passes, and scratch. No state.</summary>
internal sealed class RecurrentWorkspace
{
    private CpuRecurrentWorkspace? _cpu;

    internal RecurrentWorkspace(ForecastTask task, RecurrentOptions options, NetworkDevice device)
    {
        Device = device;
        Architecture = options.ArchitectureFor(task);
        MaxBatch = task.Horizons.Count;
        MaxSteps = options.Window;
        var rows = MaxSteps * MaxBatch;
        Inputs = new float[rows * Architecture.Inputs];
        Elapsed = new float[rows];
        Outputs = new float[rows * Architecture.Outputs];
        Weights = new float[MaxBatch];
        States = new float[MaxBatch * Architecture.StateSize];
        Samples = new int[MaxBatch];
        Horizons = new int[MaxBatch];
    }

    /// <summary>Where their networks run, unless a stored one goes on elsewhere.</summary>
    internal NetworkDevice Device { get; }

    internal RecurrentArchitecture Architecture { get; }

    internal int MaxSteps { get; }

    internal int MaxBatch { get; }

    /// <summary>[steps, batch, inputs].</summary>
    internal float[] Inputs { get; }

    /// <summary>[steps, batch].</summary>
    internal float[] Elapsed { get; }

    /// <summary>[steps, batch, outputs]: forecasts; or targets of the last step.</summary>
    internal float[] Outputs { get; }

    /// <summary>[batch].</summary>
    internal float[] Weights { get; }

    /// <summary>[batch, state].</summary>
    internal float[] States { get; }

    /// <summary>For each sample of a batch, how many records ago its window ends.</summary>
    internal int[] Samples { get; }

    /// <summary>For each sample of a batch, the index of the horizon that its target is for.</summary>
    internal int[] Horizons { get; }

    internal IRecurrentNetwork Create(NetworkDevice device, ulong seed, int gpu) => device == NetworkDevice.Cpu
        ? new CpuRecurrentNetwork(_cpu ??= new CpuRecurrentWorkspace(Architecture, MaxSteps, MaxBatch), seed)
        : NetworkFactory.Create(Architecture, device, MaxSteps, MaxBatch, seed, gpu);
}
