namespace StreamLearn.Learners.Liquid;

/// <summary>One layer of a closed-form network: where its numbers stand in the state, and what its blocks are called.</summary>
/// <param name="Name">What its blocks' names begin with.</param>
/// <param name="Inputs">Numbers that go in.</param>
/// <param name="InputOffset">Where they start in the state of the same step, which a layer before has written; -1: they are the network's inputs.</param>
/// <param name="Units">Size of its state.</param>
/// <param name="StateOffset">Where that starts in the network's state.</param>
/// <param name="Mask">[inputs, units] of 0 and 1: which inputs f1 and f2 see; null: all.</param>
internal sealed record CfcLayerShape(string Name, int Inputs, int InputOffset, int Units, int StateOffset, float[]? Mask)
{
    internal string Weight => $"{Name}.weight";

    internal string Bias => $"{Name}.bias";

    internal string Decay => $"{Name}.w_tau";

    internal string Level => $"{Name}.a";

    internal string BackboneWeight(int layer) => $"{Name}.backbone.{layer}.weight";

    internal string BackboneBias(int layer) => $"{Name}.backbone.{layer}.bias";

    /// <summary>
    /// The mask over the heads' whole weight [inputs + units, heads · units]: the layer's own state and the heads of time see everything.
    /// </summary>
    internal float[]? WeightMask(int heads)
    {
        if (Mask is null)
        {
            return null;
        }

        var width = heads * Units;
        var mask = new float[(Inputs + Units) * width];
        Array.Fill(mask, 1);
        for (var i = 0; i < Inputs; i++)
        {
            for (var head = 0; head < Math.Min(heads, 2); head++)
            {
                Mask.AsSpan(i * Units, Units).CopyTo(mask.AsSpan((i * width) + (head * Units)));
            }
        }

        return mask;
    }
}
