namespace StreamLearn.Learners.Bandits;

/// <summary>Every learner of the task <c>bandit</c>.</summary>
public static class BanditCatalog
{
    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<BanditRegistration> All { get; } = [];

    /// <summary>The learner of that name, or null.</summary>
    public static BanditRegistration? Find(string kind) => All.FirstOrDefault(learner => learner.Kind == kind);
}
