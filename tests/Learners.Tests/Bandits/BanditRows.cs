using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Tests.Bandits.Worlds;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>The rows of the suite: every learner of the task <c>bandit</c> with every kind of action set.</summary>
public static class BanditRows
{
    /// <summary>The learners of the catalogue that the suite drives: all.</summary>
    internal static IReadOnlyList<BanditRegistration> Learners => BanditCatalog.All;

    public static TheoryData<string, string> All()
    {
        var rows = new TheoryData<string, string>();
        foreach (var learner in Learners)
        {
            foreach (var task in BanditWorld.Tasks.Keys)
            {
                rows.Add(learner.Kind, task);
            }
        }

        return rows;
    }

    public static TheoryData<string, string, string> Hard()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var learner in Learners)
        {
            foreach (var task in BanditWorld.Tasks.Keys)
            {
                foreach (var magnitudes in BanditWorld.Hard.Keys)
                {
                    rows.Add(learner.Kind, task, magnitudes);
                }
            }
        }

        return rows;
    }

    public static TheoryData<string> Kinds() => [.. Learners.Select(learner => learner.Kind)];
}
