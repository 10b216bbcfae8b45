using MessagePack;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>
/// <c>lin-ucb</c> and <c>regcb</c>: ridge regressions of the cost, f with the uncertainty q = xᵀ A⁻¹ x: one for each action where actions
/// are told apart by their number, one of shared and own features otherwise. An input that is always 1 goes in too.
/// </summary>
/// <remarks>
/// <para>lin-ucb chooses the smallest f - α √q, surely: its probability is 1. Li, Chu, Langford and Schapire, "A Contextual-Bandit Approach
/// to Personalized News Article Recommendation", WWW 2010, algorithm 1.</para>
/// <para>regcb has a confidence interval f ± √(Δ q), Δ = mellowness ln(K n) after n rounds: what a linear model can say whose squared loss
/// is at most Δ above that of the best. Foster, Agarwal, Dudík, Luo and Schapire, "Practical Contextual Bandits with Regression Oracles",
/// ICML 2018, algorithm 1; Vowpal Wabbit's --regcb and --regcbopt, which search for the interval that is in closed form here.</para>
/// </remarks>
internal sealed class RidgeBandit : IBanditLearner
{
    internal const string LinUcb = "lin-ucb";
    internal const string RegCb = "regcb";

    private const int Version = 1;
    private const int Fields = BanditRounds.Fields + 3;

    private readonly string _kind;
    private readonly RidgeOptions _options;
    private readonly BanditInputs _inputs;
    private readonly RidgeModels _models;
    private BanditRounds _rounds;

    // Workspace: lower bounds.
    private double[] _lower = [];

    internal RidgeBandit(string kind, BanditTask task, RidgeOptions options)
    {
        _kind = kind;
        _options = options;
        _inputs = new BanditInputs(task, options.Normalization, options.Clip, constant: true);
        if ((long)_inputs.Blocks * _inputs.Count * _inputs.Count > RidgeModels.MostNumbers)
        {
            throw new OptionException(
                options.Path, $"{_inputs.Blocks} models of {_inputs.Count} inputs",
                $"models of at most {RidgeModels.MostNumbers} numbers together: fewer features, or a learner with a network");
        }

        _models = new RidgeModels(_inputs.Blocks, _inputs.Count, options.Ridge);
    }

    /// <inheritdoc/>
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        if (_lower.Length < context.Actions)
        {
            _lower = new double[context.Actions];
        }

        var lower = _lower.AsSpan(0, context.Actions);
        var width = _options.Rule == ConfidenceRule.LinUcb
            ? _options.Alpha
            : Math.Sqrt(_options.Mellowness * Math.Log(context.CountAllowed() * Math.Max(1.0, _rounds.Count)));
        var leastUpper = double.PositiveInfinity;
        _inputs.WriteShared(context.Shared);
        for (var action = 0; action < context.Actions; action++)
        {
            _inputs.WriteOwn(_inputs.OwnOf(context, action));
            var block = _inputs.BlockOf(action);
            costs[action] = _models.Predict(block, _inputs.Written);
            var half = width * Math.Sqrt(_models.Uncertainty(block, _inputs.Written));
            lower[action] = costs[action] - half;
            if (context.IsAllowed(action))
            {
                leastUpper = Math.Min(leastUpper, Math.Clamp(costs[action] + half, 0, 1));
            }
        }

        var best = AllowedActions.Best(lower, context.Allowed);
        switch (_options.Rule)
        {
            case ConfidenceRule.LinUcb:
                probabilities.Clear();
                probabilities[best] = 1;
                break;
            case ConfidenceRule.RegCbOptimistic:
                EvenShares.Fill(lower, context.Allowed, lower[best], probabilities);
                break;
            default:
                foreach (ref var bound in lower)
                {
                    bound = Math.Clamp(bound, 0, 1);
                }

                EvenShares.Fill(lower, context.Allowed, leastUpper, probabilities);
                break;
        }
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost)
    {
        _rounds.Add(cost);
        _inputs.Observe(context);
        _inputs.WriteShared(context.Shared);
        _inputs.WriteOwn(_inputs.OwnOf(context, action));
        return _models.Learn(_inputs.BlockOf(action), _inputs.Written, cost) ? LearnOutcome.Learned : LearnOutcome.Refused;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing to do: sums do not run away.</remarks>
    public void KeepGood()
    {
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
    }

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(_kind, Version, Fields);
        _rounds.Save(ref writer);
        _inputs.Save(ref writer);
        _models.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(_kind, Version, Fields);
        _rounds = BanditRounds.Load(ref reader);
        _inputs.Load(ref reader);
        _models.Load(ref reader);
    }
}
