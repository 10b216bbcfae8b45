using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Bench.Networks;

/// <summary>A network to measure.</summary>
/// <param name="Name">In rows and tables.</param>
/// <param name="Architecture">What it computes, with a linear head.</param>
/// <param name="Steps">Steps of a recurrent network's window; 1: it is none.</param>
internal sealed record NetworkCase(string Name, NetworkArchitecture Architecture, int Steps = 1)
{
    /// <summary>
    /// Multiply-adds of one sample's forward pass: one for each weight, in each step. Biases and activations are not counted. Null: a liquid
    /// time-constant network's, whose time goes into sigmoids and divisions.
    /// </summary>
    internal long? ForwardMultiplyAdds => Architecture is LtcArchitecture ? null : Steps * Architecture.MultiplyAdds;

    /// <summary>
    /// Multiply-adds of one sample's training step: forward, the weights' gradients (as many again), and the gradients by the inputs of all
    /// layers that need one. Loss, check, and the optimiser's step over the parameters are not counted.
    /// </summary>
    /// <remarks>
    /// Perceptron of layers n(0)-n(1)-…-n(L): Σ n(i-1) n(i) forward, the same for the weights, and Σ from i = 2 on for the inputs.
    /// Gated recurrent unit of I inputs, U units and O outputs, in each step: 3U(I + U) + UO forward, the same for the weights, and
    /// 3U² + UO for the states; closed-form network: the same with 4 for 3.
    /// </remarks>
    internal long? TrainMultiplyAdds => (2 * ForwardMultiplyAdds) + InputMultiplyAdds;

    private long InputMultiplyAdds => Architecture switch
    {
        MlpArchitecture mlp => mlp.MultiplyAdds - ((long)mlp.Inputs * mlp.Hidden[0]),
        GruArchitecture gru => Steps * ((3L * gru.StateSize * gru.StateSize) + ((long)gru.StateSize * gru.Outputs)),
        CfcArchitecture cfc => Steps * ((4L * cfc.StateSize * cfc.StateSize) + ((long)cfc.StateSize * cfc.Outputs)),
        LtcArchitecture => 0,
        _ => throw new NotSupportedException($"No count of multiply-adds for {Architecture}."),
    };

    public override string ToString() => Name;
}
