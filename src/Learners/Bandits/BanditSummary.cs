using MessagePack;
using StreamLearn.Learners.Bandits.OffPolicy;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Learners.Bandits;

/// <summary>How a bandit pipeline stands.</summary>
public sealed class BanditSummary : TaskSummary
{
    private readonly BanditPlan _plan;

    public BanditSummary(BanditPlan plan, IEnumerable<KeyReport> keys)
        : base(keys)
    {
        _plan = plan;
        Keys = [.. Reports.Cast<BanditKeyReport>()];
    }

    /// <summary>The keys' reports, in the order of the keys' bytes.</summary>
    public IReadOnlyList<BanditKeyReport> Keys { get; }

    /// <summary>Decisions made.</summary>
    public long Decisions => Keys.Sum(key => key.Decisions);

    /// <summary>Decisions whose cost has been learned.</summary>
    public long Learned => Keys.Sum(key => key.Learned);

    /// <summary>Decisions that wait for feedback.</summary>
    public long Waiting => Keys.Sum(key => key.Waiting);

    /// <summary>What has become of decisions and feedback.</summary>
    public JoinCounts Join => Keys.Aggregate(default(JoinCounts), (sum, key) => sum + key.Join);

    /// <summary>Mean cost of what was decided, or logged, and has been learned: the progressive validation loss, each decision having been made before
    /// its cost was learned. NaN before the first one.</summary>
    public double ProgressiveLoss => Keys.Sum(key => key.Cost) / Learned;

    /// <summary>What a learner (by its place) would cost if it decided, from the decisions that were made: over all keys, in the order of their
    /// bytes.</summary>
    public OffPolicyEstimator EstimatesOf(int learner)
    {
        var all = new OffPolicyEstimator(_plan.OffPolicy);
        var one = new OffPolicyEstimator(_plan.OffPolicy);
        foreach (var key in Keys)
        {
            var reader = new MessagePackReader(key.Estimates[learner]);
            one.Load(ref reader);
            all.Add(one);
        }

        return all;
    }
}
