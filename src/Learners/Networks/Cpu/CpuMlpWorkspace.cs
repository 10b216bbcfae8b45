namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>
/// What a pass through a multilayer perceptron needs besides its parameters: activations, gradients, scratch. Many networks of one
/// architecture that are stepped one after the other (a fleet) share one workspace, and then cost little more than their parameters.
/// </summary>
public sealed class CpuMlpWorkspace
{
    private PinnedFloats? _firstTransposed;

    /// <param name="architecture">Of the networks that use it.</param>
    /// <param name="maxBatch">The most rows that one forward pass can have.</param>
    public CpuMlpWorkspace(MlpArchitecture architecture, int maxBatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        Architecture = architecture;
        MaxBatch = maxBatch;
        var hidden = architecture.Hidden;
        var widest = Math.Max(architecture.Outputs, hidden.DefaultIfEmpty(1).Max());
        Layers = [.. Enumerable.Range(0, hidden.Length + 1).Select(layer => new MlpLayer(architecture, layer))];
        OneHot = new float[architecture.Outputs];
        RowDeltas = [.. Layers.Select(layer => new PinnedFloats(layer.Outputs))];
        Row = new RowGradient(this);
        Inputs = new PinnedFloats(checked(maxBatch * architecture.Inputs));
        Activations = [.. hidden.Select(width => new PinnedFloats(checked(maxBatch * width)))];
        Linear = [.. hidden.Select(width => architecture.Activation == Activation.Silu ? new PinnedFloats(maxBatch * width) : null)];
        Normal = [.. hidden.Select(width => architecture.LayerNorm ? new PinnedFloats(maxBatch * width) : null)];
        InverseDeviations = [.. hidden.Select(_ => architecture.LayerNorm ? new PinnedFloats(maxBatch) : null)];
        Pass = new CpuPass(architecture, maxBatch, new PinnedFloats(checked(maxBatch * widest)));
        DeltaBelow = new PinnedFloats(checked(maxBatch * widest));

        // Only going back with more than one row needs transposed weights, and never those of the first layer.
        var transposed = 1;
        for (var layer = 0; layer < hidden.Length; layer++)
        {
            transposed = Math.Max(transposed, checked(hidden[layer] * (layer + 1 < hidden.Length ? hidden[layer + 1] : architecture.Outputs)));
        }

        Transposed = new PinnedFloats(maxBatch > 1 ? transposed : 1);
    }

    /// <summary>Of the networks that use it.</summary>
    public MlpArchitecture Architecture { get; }

    /// <summary>The most rows that one forward pass can have.</summary>
    public int MaxBatch { get; }

    internal CpuPass Pass { get; }

    internal MlpLayer[] Layers { get; }

    /// <summary>For a single sample: the gradient by each layer's linear outputs.</summary>
    internal PinnedFloats[] RowDeltas { get; }

    /// <summary>The gradient of a single sample.</summary>
    internal RowGradient Row { get; }

    /// <summary>All zero between uses.</summary>
    internal float[] OneHot { get; }

    internal PinnedFloats Inputs { get; }

    /// <summary>Blocks of the last forward pass, where it had such.</summary>
    internal List<InputBlock> Blocks { get; } = [];

    internal List<int> RowEnds { get; } = [];

    /// <summary>After each hidden layer's activation.</summary>
    internal PinnedFloats[] Activations { get; }

    /// <summary>Before each hidden layer's activation, where its slope is computed from that.</summary>
    internal PinnedFloats?[] Linear { get; }

    /// <summary>Normalised, before gain and bias.</summary>
    internal PinnedFloats?[] Normal { get; }

    internal PinnedFloats?[] InverseDeviations { get; }

    internal PinnedFloats DeltaBelow { get; set; }

    internal PinnedFloats Transposed { get; }

    /// <summary>Rows that a way back is of.</summary>
    internal int[] SelectedRows => field ??= new int[MaxBatch];

    /// <summary>Where the gradient by gains and shifts goes that nobody asks for.</summary>
    internal PinnedFloats UnusedNormGradient => field ??= new PinnedFloats(2 * Layers.Max(layer => layer.Outputs));

    /// <summary>Room for transposed rows of the first layer's weights; most passes need none.</summary>
    internal PinnedFloats FirstTransposed(int rows)
    {
        var size = checked(rows * Layers[0].Outputs);
        return _firstTransposed is { } room && room.Length >= size ? room : _firstTransposed = new PinnedFloats(size);
    }
}
