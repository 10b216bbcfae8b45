using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// A network: an architecture and one flat parameter vector, with a forward pass that is kept and a backward pass that follows it.
/// </summary>
/// <remarks>
/// <para>Two backends, the same function: the fused kernels of <c>Cpu/</c> and the twins of <c>Torch/</c>. Single-threaded; the same calls on
/// the same machine type give the same bits. Going forward, a row's numbers do not depend on the other rows or how many there are (on the CPU
/// to the bit).</para>
/// <para>One training step:</para>
/// <code> network.Forward(inputs, batch: 1); network.Backward(logitGradient);     // d loss / d logits, from a Loss StepOutcome outcome =
/// updater.Apply();
/// </code>
/// <para>Every wrong length is an <see cref="ArgumentException"/> that names the expected and the actual shape.</para>
/// </remarks>
public interface INetwork : IDisposable
{
    /// <summary>What it computes.</summary>
    NetworkArchitecture Architecture { get; }

    /// <summary>Where it computes.</summary>
    NetworkDevice Device { get; }

    /// <summary>Rows of the last forward pass: samples, or steps times samples.</summary>
    int Rows { get; }

    /// <summary>Forward passes so far: tells whether the last one is still the one that was looked at.</summary>
    long Passes { get; }

    /// <summary>[<see cref="Rows"/>, outputs] of the last forward pass, before the head. Valid until the next one.</summary>
    ReadOnlySpan<float> Logits { get; }

    /// <summary>[<see cref="Rows"/>, outputs] of the last forward pass, after the head. Valid until the next one.</summary>
    ReadOnlySpan<float> Outputs { get; }

    /// <summary>
    /// Goes back through the last forward pass: the flat gradient becomes that of Σ <paramref name="logitGradient"/> · logits by the parameters.
    /// What it was before is overwritten. Once for each forward pass.
    /// </summary>
    /// <param name="logitGradient">[<see cref="Rows"/>, outputs].</param>
    /// <exception cref="InvalidOperationException">There is no forward pass to go back through.</exception>
    void Backward(ReadOnlySpan<float> logitGradient);

    /// <summary>The same from the outputs after the head: the gradient of Σ <paramref name="outputGradient"/> · outputs.</summary>
    /// <inheritdoc cref="Backward"/>
    /// <param name="outputGradient">[<see cref="Rows"/>, outputs].</param>
    void BackwardOutputs(ReadOnlySpan<float> outputGradient);

    /// <summary>Copies the flat parameter vector out.</summary>
    void CopyParameters(Span<float> destination);

    /// <summary>Replaces the flat parameter vector; all finite. There is then no forward pass to go back through any more.</summary>
    void SetParameters(ReadOnlySpan<float> source);

    /// <summary>Copies the flat gradient of the last backward pass out: possible until the next forward pass.</summary>
    void CopyGradient(Span<float> destination);

    /// <summary>Replaces the flat gradient: for learners that add to it (perturbations, pulls toward the start).</summary>
    void SetGradient(ReadOnlySpan<float> source);

    /// <summary>Makes what applies the gradient to the parameters. The parameters that the network has now are the centre of its projection.</summary>
    /// <exception cref="NotSupportedException">The optimiser needs another backend.</exception>
    INetworkUpdater CreateUpdater(UpdateOptions options);
}
