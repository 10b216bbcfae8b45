using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Copies of a network's vectors, for assertions.</summary>
internal static class NetworkVectors
{
    internal static float[] GradientCopy(this INetwork network)
    {
        var gradient = new float[network.Architecture.Layout.Count];
        network.CopyGradient(gradient);
        return gradient;
    }

    internal static float[] ParameterCopy(this INetwork network)
    {
        var parameters = new float[network.Architecture.Layout.Count];
        network.CopyParameters(parameters);
        return parameters;
    }

    internal static double[] ParametersAsDoubles(this INetwork network) => [.. network.ParameterCopy().Select(value => (double)value)];

    internal static float[] StateCopy(this IRecurrentNetwork network)
    {
        var state = new float[network.MaxBatch * network.StateSize];
        network.CopyState(state);
        return state;
    }
}
