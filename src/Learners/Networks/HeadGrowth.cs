namespace StreamLearn.Learners.Networks;

/// <summary>From the flat vector of a multilayer perceptron to that of the same one with more outputs: new outputs are the last ones.</summary>
internal sealed class HeadGrowth
{
    private readonly MlpArchitecture _from;
    private readonly MlpArchitecture _to;

    /// <param name="from">What it is.</param>
    /// <param name="to">What it is to be: the same with more outputs.</param>
    internal HeadGrowth(MlpArchitecture from, MlpArchitecture to)
    {
        if (to.Outputs <= from.Outputs || new MlpArchitecture(from.Inputs, from.Hidden, to.Outputs, from.Activation, from.LayerNorm, from.Head).Signature != to.Signature)
        {
            throw new ArgumentException($"A network '{from}' is to become '{to}'; expected the same with more outputs.", nameof(to));
        }

        _from = from;
        _to = to;
    }

    /// <summary>The grown vector: what there was has its value, in its new place.</summary>
    /// <param name="vector">[parameters], or as many numbers that stand for them.</param>
    /// <param name="bias">The biases of new outputs; their weights are 0.</param>
    internal float[] Grow(ReadOnlySpan<float> vector, float bias)
    {
        var grown = new float[_to.Layout.Count];
        foreach (var block in _from.Layout.Blocks)
        {
            var source = block.In(vector);
            var target = _to.Layout[block.Name].In(grown.AsSpan());
            switch (block.Name)
            {
                case MlpArchitecture.HeadWeight:
                    for (var row = 0; row < block.Shape[0]; row++)
                    {
                        source.Slice(row * _from.Outputs, _from.Outputs).CopyTo(target[(row * _to.Outputs)..]);
                    }

                    break;
                case MlpArchitecture.HeadBias:
                    target.Fill(bias);
                    source.CopyTo(target);
                    break;
                default:
                    source.CopyTo(target);
                    break;
            }
        }

        return grown;
    }
}
