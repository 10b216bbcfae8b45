namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>The rows of the suite: every learner of the catalog whose task has an adapter, and each with every <see cref="HardSeries"/>.</summary>
public static class LearnerRows
{
    public static TheoryData<string, string> All()
    {
        var rows = new TheoryData<string, string>();
        foreach (var learner in TaskAdapters.Learners)
        {
            rows.Add(learner.Task, learner.Kind);
        }

        return rows;
    }

    public static TheoryData<string, string, string> AllWithHardSeries()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var learner in TaskAdapters.Learners)
        {
            foreach (var series in HardSeries.All.Keys)
            {
                rows.Add(learner.Task, learner.Kind, series);
            }
        }

        return rows;
    }
}
