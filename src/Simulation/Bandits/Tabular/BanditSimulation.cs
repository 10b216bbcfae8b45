using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>One pass of a learner over a data set as a bandit: it decides, an action is drawn, it learns what that has cost. Allocates nothing in a round.</summary>
public sealed class BanditSimulation
{
    private readonly TabularBandit _bandit;
    private readonly IBanditLearner _learner;
    private readonly int[] _order;
    private readonly Xoshiro256 _random;
    private readonly double[] _costs;
    private readonly double[] _probabilities;

    /// <param name="bandit">What is learned.</param>
    /// <param name="learner">Who learns.</param>
    /// <param name="orderSeed">Seed of the order of the rows.</param>
    /// <param name="drawSeed">Seed of what is drawn.</param>
    public BanditSimulation(TabularBandit bandit, IBanditLearner learner, ulong orderSeed, ulong drawSeed)
    {
        _bandit = bandit;
        _learner = learner;
        _order = bandit.Order(orderSeed);
        _random = new Xoshiro256(drawSeed);
        _costs = new double[bandit.Task.Actions.Count];
        _probabilities = new double[bandit.Task.Actions.Count];
    }

    /// <summary>Rounds so far.</summary>
    public int Rounds { get; private set; }

    /// <summary>Rounds in which another action would have been right: the cost so far beyond that of the best action of each round, which is 0.</summary>
    public int Regret { get; private set; }

    /// <summary>Updates that the learner has refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Goes on, up to a round; the rows are its end.</summary>
    public void PlayUntil(int round)
    {
        var end = Math.Min(round, _order.Length);
        while (Rounds < end)
        {
            var row = _order[Rounds];
            var context = _bandit.ContextOf(row);
            _learner.Decide(context, _costs, _probabilities);
            var action = ActionSampler.Draw(_probabilities, _random);
            var cost = _bandit.CostOf(row, action);
            Regret += cost;
            if (_learner.Learn(context, action, Math.Min(1, _probabilities[action]), cost) == LearnOutcome.Refused)
            {
                Refused++;
            }

            Rounds++;
        }
    }
}
