using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Drift;

/// <summary>A detector with settings, as a report compares it.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Detector">The detector.</param>
/// <param name="Options">Its settings.</param>
public sealed record DriftContestant(string Name, DriftDetectorRegistration Detector, OptionSet Options);
