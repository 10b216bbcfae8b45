using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A multilayer perceptron on Torch, for wide layers, big batches and GPUs.</summary>
public sealed class TorchMlp : TorchNetwork, IFeedForwardNetwork
{
    private readonly TorchMlpModule _module;

    /// <param name="architecture">What it computes.</param>
    /// <param name="maxBatch">The most rows that one forward pass can have.</param>
    /// <param name="seed">Of the initial parameters: the same as the CPU backend draws.</param>
    /// <param name="cuda">Whether on a GPU.</param>
    /// <param name="gpu">Which one, by Torch's number.</param>
    public TorchMlp(MlpArchitecture architecture, int maxBatch, ulong seed, bool cuda = false, int gpu = 0)
        : base(architecture, DeviceOf(cuda, gpu), seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        MaxBatch = maxBatch;
        _module = new TorchMlpModule(architecture, Flat);
    }

    /// <inheritdoc/>
    public int MaxBatch { get; }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> inputs, int batch)
    {
        Shapes.RequireRange(nameof(batch), batch, MaxBatch);
        Shapes.Require(nameof(inputs), inputs.Length, batch, Architecture.Inputs);
        using var scope = NewDisposeScope();
        using var tracked = enable_grad();
        Finish(_module.call(Matrix(inputs, batch, Architecture.Inputs)), batch, keep: true);
    }

    /// <inheritdoc/>
    public void Forward(in BlockInputs inputs)
    {
        Shapes.RequireRange("batch", inputs.Count, MaxBatch);
        inputs.Check(Architecture.Inputs);
        var dense = new float[inputs.Count * Architecture.Inputs];
        inputs.CopyTo(dense, Architecture.Inputs);
        Forward(dense, inputs.Count);
    }

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<float> inputs, int batch, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        Shapes.Require(nameof(inputs), inputs.Length, batch, Architecture.Inputs);
        Shapes.Require(nameof(outputs), outputs.Length, batch, Architecture.Outputs);
        using var off = no_grad();
        for (var done = 0; done < batch; done += MaxBatch)
        {
            var rows = Math.Min(MaxBatch, batch - done);
            using var scope = NewDisposeScope();
            var part = Matrix(inputs.Slice(done * Architecture.Inputs, rows * Architecture.Inputs), rows, Architecture.Inputs);
            Finish(_module.call(part), rows, keep: false);
            Outputs.CopyTo(outputs[(done * Architecture.Outputs)..]);
        }
    }

    /// <inheritdoc/>
    public void OutputGradient(ReadOnlySpan<float> input, int output, Span<float> gradient)
    {
        Shapes.RequireIndex(nameof(output), output, Architecture.Outputs);
        Shapes.Require(nameof(gradient), gradient.Length, Architecture.Layout.Count);
        Forward(input, 1);
        var oneHot = new float[Architecture.Outputs];
        oneHot[output] = 1;
        BackwardOutputs(oneHot);
        CopyGradient(gradient);
    }

    private protected override void Dispose(bool disposing)
    {
        _module.Dispose();
        base.Dispose(disposing);
    }
}
