using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>Rows of the suite: each learner with each task that it can learn; mini-batch learners also with each replay and other settings that have a state.</summary>
public static class SupervisedRows
{
    private static readonly (string Name, string Settings)[] OfBatches =
    [
        ("batch of one", "batch=1"), ("reservoir", "replay=reservoir,replay-capacity=20"), ("prioritized", "replay=loss-prioritized,replay-capacity=20"),
        ("adam", "optimizer=adam,learning-rate=0.01,batch=7"), ("weighted", "reweighting=lin-upper,burn-in=2,temperature-decay=3,batch=8"),
    ];

    internal static IReadOnlyList<SupervisedRegistration> Learners => SupervisedCatalog.All;

    public static TheoryData<string, string, string> All()
    {
        var rows = new TheoryData<string, string, string>();
        foreach (var learner in Learners)
        {
            foreach (var (name, task) in SupervisedStream.Tasks.Where(task => task.Value.Name == learner.Task))
            {
                rows.Add(learner.Kind, name, "");
                foreach (var (_, settings) in learner.Options.ContainsKey("batch") ? OfBatches : [])
                {
                    rows.Add(learner.Kind, name, settings);
                }

                if (learner.Options.ContainsKey("loss-tau"))
                {
                    rows.Add(learner.Kind, name, "replay=class-balanced,replay-capacity=20");
                    rows.Add(learner.Kind, name, "loss=aldr-kl,batch=2");
                }
            }
        }

        return rows;
    }

    internal static (string, string)[] Settings(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).Select(parts => (parts[0], parts[1]))];
}
