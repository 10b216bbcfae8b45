using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>
/// <c>neural-ucb</c> and <c>neural-ts</c>: a network learns costs by squared loss; g being the gradient of its output f, the uncertainty of
/// f is σ² = λ Σⱼ gⱼ²/Uⱼ with U = λ 1 + Σ g² over the chosen actions of the rounds. In each round the network learns the round and
/// <c>retrain-steps</c> of its <c>history</c>.
/// </summary>
/// <remarks>
/// <para>neural-ucb chooses the smallest f - √ν σ, surely. Zhou, Li and Gu, "Neural Contextual Bandits with UCB-based Exploration", ICML
/// 2020, algorithm 1.</para>
/// <para>neural-ts draws f̃ ~ N(f, ν² σ²) for each action, M times, and the probability of an action is the share of the draws in which it
/// is the smallest. The draws come from a generator that the seed and the number of rounds make, so that who asks twice gets one answer.
/// Zhang, Zhou, Li and Gu, "Neural Thompson Sampling", ICLR 2021, algorithm 1, which is M = 1.</para>
/// </remarks>
internal sealed class NeuralConfidenceBandit : IBanditLearner, IAveragedLearner
{
    internal const string NeuralUcb = "neural-ucb";
    internal const string NeuralTs = "neural-ts";

    private const int Version = 1;
    private const int Fields = BanditRounds.Fields + 3;

    private readonly string _kind;
    private readonly NeuralConfidenceOptions _options;
    private readonly CostRegression _regression;
    private readonly DiagonalCovariance _covariance;
    private ulong _seed;
    private BanditRounds _rounds;

    // Workspace: lower bounds, or standard deviations.
    private readonly Xoshiro256 _random = new(0);
    private double[] _widths = [];
    private double[] _drawn = [];

    internal NeuralConfidenceBandit(string kind, BanditTask task, NeuralConfidenceOptions options, ulong seed)
    {
        _kind = kind;
        _options = options;
        _seed = seed;
        _regression = new CostRegression(task, options.Regression, seed);
        _covariance = new DiagonalCovariance(_regression.Shape, options.Lambda);
    }

    /// <inheritdoc/>
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        if (_widths.Length < context.Actions)
        {
            _widths = new double[context.Actions];
            _drawn = new double[context.Actions];
        }

        var widths = _widths.AsSpan(0, context.Actions);
        for (var action = 0; action < context.Actions; action++)
        {
            costs[action] = _regression.Differentiate(context, action);
            widths[action] = Math.Sqrt(_options.Lambda * _covariance.Uncertainty(_regression.Gradient));
        }

        if (_options.Votes)
        {
            Vote(costs, widths, context.Allowed, probabilities);
        }
        else
        {
            for (var action = 0; action < context.Actions; action++)
            {
                widths[action] = costs[action] - (Math.Sqrt(_options.Nu) * widths[action]);
            }

            probabilities.Clear();
            probabilities[AllowedActions.Best(widths, context.Allowed)] = 1;
        }

        UniformShare.Mix(context.Allowed, _options.Epsilon, probabilities);
    }

    /// <inheritdoc/>
    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost)
    {
        _rounds.Add(cost);
        _regression.Differentiate(context, action);
        if (_regression.HasUsableGradient)
        {
            _covariance.Add(_regression.Gradient);
        }

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
        writer.Write(_seed);
        _regression.Save(ref writer);
        _covariance.Save(ref writer);
    }

    /// <inheritdoc/>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(_kind, Version, Fields);
        _rounds = BanditRounds.Load(ref reader);
        _seed = reader.ReadUInt64();
        _regression.Load(ref reader);
        _covariance.Load(ref reader);
    }

    private void Vote(ReadOnlySpan<double> costs, ReadOnlySpan<double> deviations, ReadOnlySpan<byte> allowed, Span<double> probabilities)
    {
        _random.Restart(_seed ^ ((ulong)_rounds.Count * 0x9E3779B97F4A7C15));
        probabilities.Clear();
        var drawn = _drawn.AsSpan(0, costs.Length);
        for (var draw = 0; draw < _options.Draws; draw++)
        {
            for (var action = 0; action < costs.Length; action++)
            {
                drawn[action] = costs[action] + (_options.Nu * deviations[action] * _random.NextGaussian());
            }

            probabilities[AllowedActions.Best(drawn, allowed)]++;
        }

        foreach (ref var probability in probabilities)
        {
            probability /= _options.Draws;
        }
    }
}
