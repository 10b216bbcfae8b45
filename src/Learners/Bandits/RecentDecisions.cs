namespace StreamLearn.Learners.Bandits;

/// <summary>
/// Probabilities and costs of the last decisions of a key, or of some together: what a look at a running pipeline wants to know. No state of the learners: a
/// process begins anew.
/// </summary>
/// <remarks>Fading factors as in J. Gama, R. Sebastião, P. P. Rodrigues, On evaluating stream learning algorithms, Machine Learning 90 (2013). The least
/// probability is of the last one to two <see cref="Block"/>s of decisions.</remarks>
internal struct RecentDecisions
{
    /// <summary>A decision, or a cost, weighs so much of the one after it: about the last 1000 count.</summary>
    internal const double Fading = 0.999;

    /// <summary>Decisions after which the least probability of those before is forgotten.</summary>
    internal const int Block = 500;

    private double _decisions;
    private double _probabilities;
    private double _costs;
    private double _learned;
    private double _least = double.PositiveInfinity;
    private double _leastBefore = double.PositiveInfinity;
    private int _inBlock;

    public RecentDecisions()
    {
    }

    /// <summary>Fading mean of the probability that the chosen action had; NaN before the first.</summary>
    internal readonly double Propensity => _probabilities / _decisions;

    /// <summary>Least of them; NaN before the first.</summary>
    internal readonly double LeastPropensity => Math.Min(_least, _leastBefore) is var least && double.IsFinite(least) ? least : double.NaN;

    /// <summary>Fading mean of the costs learned; NaN before the first.</summary>
    internal readonly double Loss => _costs / _learned;

    internal void AddDecision(double probability)
    {
        _decisions = (Fading * _decisions) + 1;
        _probabilities = (Fading * _probabilities) + probability;
        if (_inBlock == Block)
        {
            (_leastBefore, _least, _inBlock) = (_least, double.PositiveInfinity, 0);
        }

        _least = Math.Min(_least, probability);
        _inBlock++;
    }

    internal void AddCost(double cost)
    {
        _learned = (Fading * _learned) + 1;
        _costs = (Fading * _costs) + cost;
    }

    /// <summary>Takes in those of another key: each decision weighs as it does there.</summary>
    internal void Add(in RecentDecisions other)
    {
        _decisions += other._decisions;
        _probabilities += other._probabilities;
        _costs += other._costs;
        _learned += other._learned;
        _least = Math.Min(_least, other._least);
        _leastBefore = Math.Min(_leastBefore, other._leastBefore);
    }
}
