using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Language;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners;

/// <summary>Every learner that a pipeline can name, of all tasks. The conformance suites run over it.</summary>
public static class LearnerCatalog
{
    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<LearnerRegistration> All { get; } =
        [.. ForecasterCatalog.All, .. BanditCatalog.All, .. SupervisedCatalog.All, .. LanguageCatalog.All];

    /// <summary>The learner of that name for that task, or null.</summary>
    public static LearnerRegistration? Find(string task, string kind) =>
        All.FirstOrDefault(learner => learner.Task == task && learner.Kind == kind);

    /// <summary>The names of the learners of a task, for messages.</summary>
    public static string KindsOf(string task) => string.Join(", ", All.Where(learner => learner.Task == task).Select(learner => learner.Kind));
}
