using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Fleets;

/// <summary>When a learner of a key goes back to its last good state. All is counted in records, never by the clock.</summary>
public sealed record SafetyOptions
{
    /// <summary>Refused updates in a row after which a learner returns to its good state. Default 8.</summary>
    public int RefusedInRow { get; init; } = 8;

    /// <summary>Records without a refused update after which a learner's state counts as good and is kept. Default 1000.</summary>
    public int KeepEvery { get; init; } = 1000;

    internal SafetyOptions Validate(string path = "safety")
    {
        Require(RefusedInRow >= 1, "refused-in-row", RefusedInRow);
        Require(KeepEvery >= 1, "keep-every", KeepEvery);
        return this;

        void Require(bool holds, string name, int actual)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), "a number of records, 1 or more");
            }
        }
    }
}
