namespace StreamLearn.Learners.Measures;

/// <summary>A number that the learners of a pipeline are watched by.</summary>
/// <param name="Name">Its name, in snake case.</param>
/// <param name="Unit">Its unit as UCUM has it; what is counted in braces; 1: a ratio or a number without unit.</param>
/// <param name="Scope">What it is of.</param>
/// <param name="Meaning">What it says, for people.</param>
public sealed record Measure(string Name, string Unit, MeasureScope Scope, string Meaning)
{
    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether it is said of single keys only: over many it would mean nothing.</summary>
    public bool OfOneKey { get; init; }

    internal static Measure Count(string name, string unit, MeasureScope scope, string meaning) => new(name, unit, scope, meaning) { IsWhole = true };
}
