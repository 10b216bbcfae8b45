namespace StreamLearn.Simulation.Networks;

/// <summary>Checks of options.</summary>
internal static class OptionRange
{
    /// <exception cref="ArgumentException">It does not hold; the message says option, expected and found.</exception>
    public static void Require(bool holds, string option, string expected, double found)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"{option}: expected {expected}, found {found}."));
    }
}
