using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Supervised.Networks;

/// <summary>What the networks of a fleet that have the same settings share.</summary>
internal sealed class MiniBatchWorkspace
{
    private readonly MiniBatchOptions _options;
    private readonly int _features;

    // By outputs: as long as a network has as many.
    private readonly Dictionary<int, WeakReference<CpuMlpWorkspace>> _passes = [];

    internal MiniBatchWorkspace(MiniBatchOptions options, int features, int outputs, FleetPlace place)
    {
        _options = options;
        _features = features;
        Gpu = place.Gpu;
        Device = place.IsTrial
            ? NetworkDevice.Cpu
            : TrainedNetworkOptions.DeviceFor(options.Device, options.ArchitectureOf(features, outputs), options.Rows, options.Path).Device;
        Inputs = new float[options.Rows * features];
        Targets = new float[options.Rows];
        Losses = new float[options.Rows];
        Weights = new float[options.Rows];
        Drawn = new int[options.Rows];
        Input = new float[features];
    }

    /// <summary>Where new networks run: found out once.</summary>
    internal NetworkDevice Device { get; }

    internal int Gpu { get; }

    /// <summary>[rows, features] of a training step.</summary>
    internal float[] Inputs { get; }

    internal float[] Targets { get; }

    internal float[] Losses { get; }

    internal float[] Weights { get; }

    internal int[] Drawn { get; }

    /// <summary>[features] of one prediction.</summary>
    internal float[] Input { get; }

    /// <summary>Makes a network.</summary>
    /// <param name="outputs">Outputs.</param>
    /// <param name="device">Where.</param>
    /// <param name="seed">Of the initial parameters.</param>
    internal IFeedForwardNetwork Create(int outputs, NetworkDevice device, ulong seed)
    {
        if (device != NetworkDevice.Cpu)
        {
            return NetworkFactory.Create(_options.ArchitectureOf(_features, outputs), device, _options.Rows, seed, Gpu);
        }

        if (!_passes.TryGetValue(outputs, out var known) || !known.TryGetTarget(out var workspace))
        {
            workspace = new CpuMlpWorkspace(_options.ArchitectureOf(_features, outputs), _options.Rows);
            _passes[outputs] = new WeakReference<CpuMlpWorkspace>(workspace);
        }

        return new CpuMlp(workspace, seed);
    }
}
