namespace StreamLearn.Learners.Liquid;

/// <summary>The names of the blocks that synapses of one kind have: weight w, slope sigma and centre mu of the gate, reversal potential erev.</summary>
internal sealed record Synapses(string Weight, string Slope, string Center, string Reversal)
{
    /// <summary>From neuron to neuron.</summary>
    internal static readonly Synapses Neurons = new("cell.w", "cell.sigma", "cell.mu", "cell.erev");

    /// <summary>From inputs to neurons.</summary>
    internal static readonly Synapses Sensory = new("cell.sensory_w", "cell.sensory_sigma", "cell.sensory_mu", "cell.sensory_erev");
}
