namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>Where a layer's blocks start in the flat vector.</summary>
internal sealed class MlpLayer
{
    internal MlpLayer(MlpArchitecture architecture, int layer)
    {
        var layout = architecture.Layout;
        var isHead = layer == architecture.Hidden.Length;
        var weight = layout[isHead ? MlpArchitecture.HeadWeight : MlpArchitecture.WeightOf(layer)];
        Inputs = weight.Shape[0];
        Outputs = weight.Shape[1];
        Weight = weight.Offset;
        Bias = layout[isHead ? MlpArchitecture.HeadBias : MlpArchitecture.BiasOf(layer)].Offset;
        if (!isHead && architecture.LayerNorm)
        {
            Gain = layout[MlpArchitecture.GainOf(layer)].Offset;
            Shift = layout[MlpArchitecture.ShiftOf(layer)].Offset;
        }
    }

    internal int Inputs { get; }

    internal int Outputs { get; }

    internal int Weight { get; }

    internal int Bias { get; }

    internal int Gain { get; }

    internal int Shift { get; }
}
