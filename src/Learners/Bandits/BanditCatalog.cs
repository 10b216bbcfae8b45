using StreamLearn.Learners.Bandits.Confidence;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Bandits;

/// <summary>Every learner of the task <c>bandit</c>.</summary>
public static class BanditCatalog
{
    private static readonly CostRegressionOptions NeuralSquared = new() { Loss = CostLoss.Squared };
    private static readonly CostRegressionOptions NeuralKl = new() { Loss = CostLoss.KullbackLeibler };
    private static readonly CostRegressionOptions LinearSquared = NeuralSquared with { IsLinear = true };
    private static readonly CostRegressionOptions LinearKl = NeuralKl with { IsLinear = true };
    private static readonly ExplorationOptions Square = new()
    {
        Rule = ExplorationRule.InverseGapWeighting,
        Gamma = new GammaSchedule(GammaKind.Power, 100, 0.5),
    };

    private static readonly ExplorationOptions Fast = new() { Rule = ExplorationRule.ReweightedInverseGapWeighting };
    private static readonly ExplorationOptions Greedy = new() { Rule = ExplorationRule.EpsilonGreedy, Epsilon = 0.05 };

    private static readonly RidgeOptions Ucb = new() { Rule = ConfidenceRule.LinUcb };
    private static readonly RidgeOptions RegCb = new() { Rule = ConfidenceRule.RegCbOptimistic };
    private static readonly NeuralConfidenceOptions NeuralUcb = new();
    private static readonly NeuralConfidenceOptions NeuralTs = new() { Votes = true };

    /// <summary>The learners, in the order in which help texts list them.</summary>
    public static IReadOnlyList<BanditRegistration> All { get; } =
    [
        Regression(RegressionBandit.NeuFastCb, "a network learns costs by Kullback-Leibler loss; re-weighted inverse-gap weighting", NeuralKl, Fast),
        Regression(RegressionBandit.NeuSquareCb, "a network learns costs by squared loss; inverse-gap weighting", NeuralSquared, Square),
        Regression(RegressionBandit.LinearFastCb, "neu-fast-cb with a linear model", LinearKl, Fast),
        Regression(RegressionBandit.LinearSquareCb, "neu-square-cb with a linear model", LinearSquared, Square),
        Ridge(RidgeBandit.LinUcb, "ridge regressions; the action of the smallest lower confidence bound of the cost", Ucb),
        Ridge(RidgeBandit.RegCb, "ridge regressions; actions that a plausible model finds best", RegCb),
        Neural(
            NeuralConfidenceBandit.NeuralUcb, "a network, retrained on its history; the action of the smallest lower confidence bound", NeuralUcb),
        Neural(
            NeuralConfidenceBandit.NeuralTs, "a network, retrained on its history; votes of draws from what costs may be (Thompson sampling)", NeuralTs),
        Regression(RegressionBandit.EpsilonGreedy, "the network of neu-fast-cb; its best action but for a share of the rounds", NeuralKl, Greedy),
        new(
            UniformBandit.Kind, "each action with the same probability",
            OptionSet.Texts(),
            (task, _, _, _) => new UniformBandit(task)),
    ];

    /// <summary>The learner of that name, or null.</summary>
    public static BanditRegistration? Find(string kind) => All.FirstOrDefault(learner => learner.Kind == kind);

    private static BanditRegistration Regression(
        string kind, string summary, CostRegressionOptions regression, ExplorationOptions exploration) => new(
        kind, summary, OptionSet.Texts([.. exploration.Texts(), .. regression.Texts()]),
        (task, options, seed, _) => new RegressionBandit(
            kind, task, CostRegressionOptions.From(options, regression), ExplorationOptions.From(options, exploration), seed)) { IsAveraged = true };

    private static BanditRegistration Ridge(string kind, string summary, RidgeOptions defaults) => new(
        kind, summary, OptionSet.Texts(defaults.Texts()),
        (task, options, _, _) => new RidgeBandit(kind, task, RidgeOptions.From(options, defaults)));

    private static BanditRegistration Neural(string kind, string summary, NeuralConfidenceOptions defaults) => new(
        kind, summary, OptionSet.Texts(defaults.Texts()),
        (task, options, seed, _) => new NeuralConfidenceBandit(kind, task, NeuralConfidenceOptions.From(options, defaults), seed)) { IsAveraged = true };
}
