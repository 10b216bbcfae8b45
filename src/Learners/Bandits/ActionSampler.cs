using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Bandits;

/// <summary>Draws actions.</summary>
public static class ActionSampler
{
    /// <summary>Draws an action by the inverse of the distribution function: one number from the generator, whatever comes of it.</summary>
    /// <param name="probabilities">[K], none negative, at least one positive; their sum is 1 but for rounding.</param>
    /// <param name="random">The generator.</param>
    /// <returns>An action of positive probability.</returns>
    public static int Draw(ReadOnlySpan<double> probabilities, Xoshiro256 random)
    {
        var rest = random.NextDouble();
        var last = -1;
        for (var action = 0; action < probabilities.Length; action++)
        {
            if (probabilities[action] > 0)
            {
                // Where rounding leaves something over after the last one, that is it.
                last = action;
                rest -= probabilities[action];
                if (rest < 0)
                {
                    break;
                }
            }
        }

        return last >= 0 ? last : throw new ArgumentException("No action has a positive probability.", nameof(probabilities));
    }
}
