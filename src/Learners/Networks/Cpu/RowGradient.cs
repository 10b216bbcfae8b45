using System.Runtime.InteropServices;
using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// The gradient of a single sample as the factors that it is made of: for each linear layer dW = xᵀ d and db = d. As long as nobody looks at
/// its numbers they are not computed: plain gradient descent needs only their norm, (|x|² + 1) |d|², and adds the products to the weights at once.
/// </summary>
/// <remarks>The factors lie in the workspace, where the next forward pass overwrites them.</remarks>
internal sealed unsafe class RowGradient(CpuMlpWorkspace workspace)
{
    /// <summary>Whether the sample's input was given as blocks.</summary>
    internal bool IsSparse { get; set; }

    /// <summary>The blocks that the sample's input was given as.</summary>
    internal ReadOnlySpan<InputBlock> Blocks => CollectionsMarshal.AsSpan(workspace.Blocks);

    /// <summary>Outputs of the first layer: how many parameters a row of its weights has.</summary>
    internal int FirstWidth => workspace.Layers[0].Outputs;

    /// <summary>Where the parameters behind the first layer's weights start.</summary>
    internal int Rest => workspace.Layers[0].Bias;

    /// <summary>|gradient|²; not finite where a number is not, or where it does not fit into single precision.</summary>
    internal double SquaredNorm()
    {
        var sum = 0.0;
        for (var layer = 0; layer < workspace.Layers.Length; layer++)
        {
            var shape = workspace.Layers[layer];
            var x = Input(layer);
            var d = workspace.RowDeltas[layer].Pointer;
            var inputs = layer == 0 && IsSparse ? BlockValues() : shape.Inputs;
            sum += (Squared(x, inputs) + 1) * Squared(d, shape.Outputs);
        }

        return sum > float.MaxValue ? double.PositiveInfinity : sum;
    }

    /// <summary>parameters ← parameters + factor gradient; what would not stay finite stays as it was.</summary>
    internal void AddTo(float* parameters, float factor)
    {
        for (var layer = 0; layer < workspace.Layers.Length; layer++)
        {
            var shape = workspace.Layers[layer];
            var d = workspace.RowDeltas[layer].Pointer;
            GradientKernels.AddChecked(d, factor, parameters + shape.Bias, shape.Outputs);
            var x = Input(layer);
            if (layer > 0 || !IsSparse)
            {
                GradientKernels.AddOuterProduct(x, d, factor, parameters + shape.Weight, shape.Inputs, shape.Outputs);
                continue;
            }

            foreach (var (offset, length) in Blocks)
            {
                var rows = parameters + shape.Weight + ((nint)offset * shape.Outputs);
                GradientKernels.AddOuterProduct(x, d, factor, rows, length, shape.Outputs);
                x += length;
            }
        }
    }

    /// <summary>Writes the numbers, but not the zeros outside of blocks.</summary>
    internal void CopyTo(float* gradient)
    {
        for (var layer = 0; layer < workspace.Layers.Length; layer++)
        {
            var shape = workspace.Layers[layer];
            var d = workspace.RowDeltas[layer].Pointer;
            GradientKernels.Scale(d, 1, gradient + shape.Bias, shape.Outputs);
            var x = Input(layer);
            if (layer > 0 || !IsSparse)
            {
                GradientKernels.OuterProduct(x, d, gradient + shape.Weight, shape.Inputs, shape.Outputs);
                continue;
            }

            foreach (var (offset, length) in Blocks)
            {
                GradientKernels.OuterProduct(x, d, gradient + shape.Weight + ((nint)offset * shape.Outputs), length, shape.Outputs);
                x += length;
            }
        }
    }

    /// <summary>
    /// |x|², in double precision where a float would not hold it well: the product of two such may be an ordinary number all the same.
    /// </summary>
    private static double Squared(float* x, int length)
    {
        const float Small = 1e-20f, Large = 1e30f;
        var squared = MatrixKernels.Dot(x, x, length);
        if (squared is > Small and < Large)
        {
            return squared;
        }

        var sum = default(SquareSum);
        for (var i = 0; i < length; i += Lanes.Width)
        {
            sum.Add(Parts.Load(x + i, Math.Min(Lanes.Width, length - i)));
        }

        return sum.Total;
    }

    private float* Input(int layer) => (layer == 0 ? workspace.Inputs : workspace.Activations[layer - 1]).Pointer;

    private int BlockValues()
    {
        var sum = 0;
        foreach (var block in Blocks)
        {
            sum += block.Length;
        }

        return sum;
    }
}
