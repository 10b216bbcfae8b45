using StreamLearn.Cli.Commands;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>Does weighing samples by their losses pay, and when? Its parts, one after the other.</summary>
internal static class ReweightingExperiment
{
    /// <summary>The parts, in the order of the report.</summary>
    internal static IReadOnlyList<IReweightingStudy> Studies { get; } = [new LinearStudy()];

    /// <summary>Runs some parts, or all.</summary>
    /// <exception cref="UsageException">There is no such part, or its data are not there.</exception>
    internal static IReadOnlyList<ReweightingFindings> Run(
        IReadOnlyList<string> parts, ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation)
    {
        if (parts.FirstOrDefault(part => Studies.All(study => study.Name != part)) is { } unknown)
        {
            throw new UsageException($"--part is '{unknown}'; expected one of {string.Join(", ", Studies.Select(study => study.Name))}.");
        }

        return [.. Studies.Where(study => parts.Count == 0 || parts.Contains(study.Name)).Select(study => study.Run(settings, say, cancellation))];
    }
}
