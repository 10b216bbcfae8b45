namespace StreamLearn.Learners.Networks;

/// <summary>The weights of a network, taken out of it.</summary>
/// <param name="Name">Whose they are: kinds of learners, from the outside in, with dots between them.</param>
/// <param name="Layout">Names and shapes.</param>
/// <param name="Parameters">The flat vector [layout.Count].</param>
public sealed record NetworkWeights(string Name, ParameterLayout Layout, float[] Parameters)
{
    /// <summary>Several as one. One alone keeps the names of its blocks, so that it can start a learner of its kind; of several, each
    /// block's name has the network's before it.</summary>
    public static NetworkWeights Join(IReadOnlyList<NetworkWeights> networks) =>
        networks.Count == 1
            ? networks[0]
            : new NetworkWeights(
                string.Join(", ", networks.Select(network => network.Name)),
                new ParameterLayout(networks.SelectMany(network =>
                    network.Layout.Blocks.Select(block => ($"{network.Name}.{block.Name}", block.Shape.ToArray())))),
                [.. networks.SelectMany(network => network.Parameters)]);
}
