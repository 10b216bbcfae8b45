using MessagePack;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits;

/// <summary>
/// <c>uniform</c>: each action that may be chosen has the same probability. It expects of an action what it has cost on average so far;
/// where each context brings its own actions, of all what all have; of one without a cost ½.
/// </summary>
internal sealed class UniformBandit : IBanditLearner
{
    internal const string Kind = "uniform";

    private const int Version = 1;
    private const int Fields = 2;

    private readonly double[] _counts;
    private readonly double[] _costs;

    internal UniformBandit(BanditTask task)
    {
        _counts = new double[Math.Max(1, task.Actions.Count)];
        _costs = new double[_counts.Length];
    }

    /// <inheritdoc/>
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        for (var action = 0; action < context.Actions; action++)
        {
            var at = PlaceOf(action);
            costs[action] = _counts[at] == 0 ? 0.5 : _costs[at] / _counts[at];
        }

        EvenShares.Fill(costs, context.Allowed, double.PositiveInfinity, probabilities);
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost)
    {
        _counts[PlaceOf(action)]++;
        _costs[PlaceOf(action)] += cost;
        return LearnOutcome.Learned;
    }

    /// <inheritdoc/>
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
        writer.WriteHeader(Kind, Version, Fields);
        writer.WriteDoubles(_counts);
        writer.WriteDoubles(_costs);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Kind, Version, Fields);
        reader.ReadDoubles(_counts);
        reader.ReadDoubles(_costs);
        for (var i = 0; i < _counts.Length; i++)
        {
            StateFormat.Require(_costs[i] >= 0 && _costs[i] <= _counts[i] * (1 + 1e-6), "rounds have cost more than 1 each");
        }
    }

    private int PlaceOf(int action) => _counts.Length == 1 ? 0 : action;
}
