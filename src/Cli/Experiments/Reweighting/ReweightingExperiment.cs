using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>Does weighing samples by their losses pay, and when? Its parts, one after the other.</summary>
internal static class ReweightingExperiment
{
    /// <summary>The parts, in the order of the report.</summary>
    internal static IReadOnlyList<IReweightingStudy> Studies { get; } = [new LinearStudy(), new TabularStudy(), new TextStudy()];

    /// <summary>Runs some parts, or all, one after the other; what each has found is given when it is done. What they need is looked for at the start.</summary>
    /// <exception cref="UsageException">There is no such part, or its data are not there.</exception>
    internal static IEnumerable<ReweightingFindings> Run(
        IReadOnlyList<string> parts, ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation)
    {
        if (parts.FirstOrDefault(part => Studies.All(study => study.Name != part)) is { } unknown)
        {
            throw new UsageException($"--part is '{unknown}'; expected one of {string.Join(", ", Studies.Select(study => study.Name))}.");
        }

        IReweightingStudy[] wanted = [.. Studies.Where(study => parts.Count == 0 || parts.Contains(study.Name))];
        foreach (var study in wanted)
        {
            study.Check(settings);
        }

        return wanted.Select(study => study.Run(settings, say, cancellation));
    }
}
