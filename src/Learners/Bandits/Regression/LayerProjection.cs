using StreamLearn.Learners.Networks.Cpu;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// Keeps each layer's parameters within a distance ρ of their start: W ← W₀ + (W - W₀) min(1, ρ / |W - W₀|), weights and biases each by
/// themselves.
/// </summary>
/// <remarks>The squared distances of the blocks are remembered, so that a round costs what its block costs until the bound is
/// met.</remarks>
internal sealed unsafe class LayerProjection(BlockShape shape, double radius)
{
    private readonly double[] _distances = new double[shape.Blocks];

    /// <summary>Takes the distances of parameters that have changed altogether.</summary>
    internal void Measure(BlockNetwork network, PinnedFloats initial)
    {
        for (var block = 0; block < shape.Blocks; block++)
        {
            Measure(network, initial, block);
        }
    }

    /// <summary>Projects after a step of one block and of what all share.</summary>
    internal void Step(BlockNetwork network, PinnedFloats initial, int block)
    {
        Measure(network, initial, block);
        var distance = 0.0;
        foreach (var squared in _distances)
        {
            distance += squared;
        }

        if (distance > radius * radius)
        {
            BlockKernels.Pull(network.Pointer, initial.Pointer, Keep(distance), shape.Bias);
            Measure(network, initial);
        }

        if (shape.HasHidden)
        {
            Project(network, initial, shape.Bias);
            Project(network, initial, shape.Head);
        }

        ref var last = ref network.Pointer[shape.Last];
        var start = initial.Pointer[shape.Last];
        last = Math.Clamp(last, start - (float)radius, start + (float)radius);
    }

    private float Keep(double squaredDistance) => (float)(radius / Math.Sqrt(squaredDistance));

    private void Measure(BlockNetwork network, PinnedFloats initial, int block)
    {
        var at = (nint)block * shape.BlockLength;
        _distances[block] = BlockKernels.SquaredDistance(network.Pointer + at, initial.Pointer + at, shape.BlockLength);
    }

    private void Project(BlockNetwork network, PinnedFloats initial, int at)
    {
        var distance = BlockKernels.SquaredDistance(network.Pointer + at, initial.Pointer + at, shape.Stride);
        if (distance > radius * radius)
        {
            BlockKernels.Pull(network.Pointer + at, initial.Pointer + at, Keep(distance), shape.Stride);
        }
    }
}
