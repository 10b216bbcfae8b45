using StreamLearn.Learners.Options;

namespace StreamLearn.Learners;

/// <summary>A learner with its settings, as a pipeline has chosen it.</summary>
/// <param name="Registration">Which learner.</param>
/// <param name="Options">Its settings; what is not set has its default.</param>
public sealed record LearnerChoice(LearnerRegistration Registration, OptionSet Options)
{
    /// <summary>Whether the other one is the same learner with the same settings.</summary>
    public bool IsSameAs(LearnerChoice other) => Registration == other.Registration && Options.HasSameValuesAs(other.Options);

    /// <summary>The learner of that name with its defaults.</summary>
    /// <exception cref="OptionException">There is none.</exception>
    public static LearnerChoice Named(string task, string kind, string path = "learner") =>
        LearnerCatalog.Find(task, kind) is { } registration
            ? new LearnerChoice(registration, OptionSet.Defaults)
            : throw new OptionException(path, $"'{kind}'", $"a learner of the task {task}: {LearnerCatalog.KindsOf(task)}");
}
