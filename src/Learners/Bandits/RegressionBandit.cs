using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// Contextual bandits by online regression: a model expects of each action a cost, a rule turns the costs into probabilities, and the cost
/// of the chosen action is learned.
/// </summary>
/// <remarks>
/// <para><c>neu-square-cb</c>: squared loss on a network with a linear output, inverse-gap weighting. <c>neu-fast-cb</c>: Kullback-Leibler
/// loss on a network with a sigmoid output, re-weighted inverse-gap weighting. <c>linear-square-cb</c>, <c>linear-fast-cb</c>: the same
/// with linear models. <c>epsilon-greedy</c>: the network of neu-fast-cb, and the best action but for a share of the rounds.</para>
/// <para>Deb, Ban, Zuo, He and Banerjee, "Contextual Bandits with Online Neural Regression", ICLR 2024.</para>
/// </remarks>
internal sealed class RegressionBandit : IBanditLearner, IAveragedLearner
{
    internal const string NeuSquareCb = "neu-square-cb";
    internal const string NeuFastCb = "neu-fast-cb";
    internal const string LinearSquareCb = "linear-square-cb";
    internal const string LinearFastCb = "linear-fast-cb";
    internal const string EpsilonGreedy = "epsilon-greedy";

    private const int Version = 1;
    private const int Fields = 1 + BanditRounds.Fields;

    private readonly string _kind;
    private readonly CostRegression _regression;
    private readonly Explorer _explorer;
    private BanditRounds _rounds;

    internal RegressionBandit(string kind, BanditTask task, CostRegressionOptions regression, ExplorationOptions exploration, ulong seed)
    {
        _kind = kind;
        _regression = new CostRegression(task, regression, seed);
        _explorer = new Explorer(exploration);
    }

    /// <inheritdoc/>
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        _regression.Predict(context, costs);
        _explorer.Fill(costs, context.Allowed, _rounds.Count, _rounds.Costs, probabilities);
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost)
    {
        _rounds.Add(cost);
        return _regression.Learn(context, action, cost);
    }

    /// <inheritdoc/>
    public ParameterLayout Layout => _regression.Shape.Layout();

    /// <inheritdoc/>
    public ReadOnlySpan<float> Parameters => _regression.Network.Parameters;

    /// <inheritdoc/>
    public void Move(int offset, ReadOnlySpan<float> before, ReadOnlySpan<float> after) => _regression.Move(offset, before, after);

    /// <inheritdoc/>
    public void KeepGood() => _regression.KeepGood();

    /// <inheritdoc/>
    public void ReturnToGood() => _regression.ReturnToGood();

    /// <inheritdoc/>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(_kind, Version, Fields);
        _rounds.Save(ref writer);
        _regression.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(_kind, Version, Fields);
        _rounds = BanditRounds.Load(ref reader);
        _regression.Load(ref reader);
    }
}
