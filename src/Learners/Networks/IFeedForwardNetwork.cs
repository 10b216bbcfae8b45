namespace StreamLearn.Learners.Networks;

/// <summary>A network without memory: each sample is a row of numbers.</summary>
public interface IFeedForwardNetwork : INetwork
{
    /// <summary>The most rows that one forward pass can have.</summary>
    int MaxBatch { get; }

    /// <summary>Forward, keeping what going back needs.</summary>
    /// <param name="inputs">[<paramref name="batch"/>, inputs].</param>
    /// <param name="batch">Rows, from 1 to <see cref="MaxBatch"/>.</param>
    void Forward(ReadOnlySpan<float> inputs, int batch);

    /// <summary>
    /// The same for inputs that are zero outside a few blocks. On the CPU only those are touched, going back too; Torch gets the zeros as well.
    /// </summary>
    void Forward(in BlockInputs inputs);

    /// <summary>Outputs after the head for any number of rows. Forgets the kept forward pass.</summary>
    /// <param name="inputs">[<paramref name="batch"/>, inputs].</param>
    /// <param name="batch">Rows, at least 1; more than <see cref="MaxBatch"/> go in parts.</param>
    /// <param name="outputs">[<paramref name="batch"/>, outputs], written.</param>
    void Predict(ReadOnlySpan<float> inputs, int batch, Span<float> outputs);

    /// <summary>The gradient of one output (after the head) for one sample by all parameters. Overwrites the network's gradient too.</summary>
    /// <param name="input">[inputs].</param>
    /// <param name="output">Which one.</param>
    /// <param name="gradient">[parameters], written.</param>
    void OutputGradient(ReadOnlySpan<float> input, int output, Span<float> gradient);
}
