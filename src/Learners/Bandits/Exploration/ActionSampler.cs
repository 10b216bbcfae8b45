using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Bandits.Exploration;

/// <summary>Draws an action from probabilities.</summary>
public static class ActionSampler
{
    /// <summary>The action drawn; one number of the generator is used up.</summary>
    /// <param name="probabilities">[K], at least one above 0; they need not sum to 1 exactly.</param>
    /// <param name="random">Where chance comes from.</param>
    public static int Draw(ReadOnlySpan<double> probabilities, Xoshiro256 random) => At(probabilities, random.NextDouble());

    /// <summary>The inverse of the distribution function: the first action up to which the probabilities sum to more than
    /// <paramref name="uniform"/>; where rounding lets none, the last one that has a probability.</summary>
    /// <param name="probabilities">[K], at least one above 0.</param>
    /// <param name="uniform">In [0, 1).</param>
    public static int At(ReadOnlySpan<double> probabilities, double uniform)
    {
        var last = -1;
        for (var action = 0; action < probabilities.Length; action++)
        {
            if (probabilities[action] > 0)
            {
                last = action;
                uniform -= probabilities[action];
                if (uniform < 0)
                {
                    break;
                }
            }
        }

        return last >= 0 ? last : throw new ArgumentException("No action has a probability above 0.", nameof(probabilities));
    }
}
