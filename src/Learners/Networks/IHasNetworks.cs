namespace StreamLearn.Learners.Networks;

/// <summary>A learner with networks, whose weights can be taken out of it.</summary>
public interface IHasNetworks
{
    /// <summary>Copies of the weights as they are now.</summary>
    /// <param name="kind">The learner's kind: each network's name is this, or begins with it.</param>
    IEnumerable<NetworkWeights> Weights(string kind);
}
