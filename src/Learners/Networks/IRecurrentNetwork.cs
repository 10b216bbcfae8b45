namespace StreamLearn.Learners.Networks;

/// <summary>
/// A network with memory: each sample is a window of steps, and its state is carried from one window to the next. Going back stops at the
/// window's start (truncated back-propagation through time).
/// </summary>
/// <remarks>
/// Rows of inputs, logits and gradients are steps first: row t · batch + s is step t of sample s. <code> network.Forward(inputs, elapsed,
/// steps: 16, batch: 1); network.Backward(logitGradient); updater.Apply(); network.CarryState();                // the next window goes on
/// where this one ended
/// </code>
/// </remarks>
public interface IRecurrentNetwork : INetwork
{
    /// <summary>Numbers of carried state for each sample.</summary>
    int StateSize { get; }

    /// <summary>The most steps that one window can have.</summary>
    int MaxSteps { get; }

    /// <summary>The most samples that one window can have.</summary>
    int MaxBatch { get; }

    /// <summary>Forward over a window from the carried state, which stays as it is; keeps what going back needs.</summary>
    /// <param name="inputs">[<paramref name="steps"/>, <paramref name="batch"/>, inputs].</param>
    /// <param name="elapsed">
    /// [<paramref name="steps"/>, <paramref name="batch"/>]: time since the step before, in units of the usual gap; empty: all 1.
    /// </param>
    /// <param name="steps">From 1 to <see cref="MaxSteps"/>.</param>
    /// <param name="batch">From 1 to <see cref="MaxBatch"/>.</param>
    void Forward(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch);

    /// <summary>The same without keeping anything: outputs after the head of each step. Forgets the kept forward pass.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <param name="outputs">[<paramref name="steps"/>, <paramref name="batch"/>, outputs], written.</param>
    /// <param name="carry">Whether the carried state becomes that after the last step.</param>
    void Predict(ReadOnlySpan<float> inputs, ReadOnlySpan<float> elapsed, int steps, int batch, Span<float> outputs, bool carry);

    /// <summary>Carries the state after the last step of the last forward pass into the next window. Possible before and after going back.</summary>
    /// <returns>
    /// False where a sample's state is not finite, as after an input that is not: that sample keeps the state that it had before the window.
    /// </returns>
    /// <exception cref="InvalidOperationException">There was no forward pass since the last one was carried.</exception>
    bool CarryState();

    /// <summary>Copies the carried state out: [<see cref="MaxBatch"/>, <see cref="StateSize"/>].</summary>
    void CopyState(Span<float> destination);

    /// <summary>Replaces the carried state: [<see cref="MaxBatch"/>, <see cref="StateSize"/>], finite.</summary>
    void SetState(ReadOnlySpan<float> source);
}
