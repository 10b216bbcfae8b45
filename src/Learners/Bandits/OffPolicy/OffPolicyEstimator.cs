using System.Globalization;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>
/// What a policy would cost that has not been played, from the decisions of one that was: expected cost per decision by four methods, each
/// with an interval, and how far the log can tell at all. Memory is constant and an example allocates nothing.
/// </summary>
/// <remarks>
/// <para>An example is a context x, the action a that the logging policy drew with probability p(a|x), and its cost c. The evaluated
/// policy π would have drawn a with π(a|x). With the importance weight w = π(a|x) / p(a|x), a regression q of the costs, and
/// q(π) = Σ_a' π(a'|x) q(x,a'):</para>
/// <list type="bullet">
/// <item><see cref="Ips"/>: mean of w c. Unbiased where p is right and positive wherever π is; its variance grows with w.</item>
/// <item><see cref="Snips"/>: R = Σ w c / Σ w. Biased by O(1/n), never outside the costs seen, usually of less variance; its standard
/// error is that of the linearisation w (c - R) / mean w.</item>
/// <item><see cref="DirectMethod"/>: mean of q(π). As biased as q is. Its interval is about the contexts that came only, and knows
/// nothing of an error of q.</item>
/// <item><see cref="DoublyRobust"/>: mean of q(π) + w (c - q(x,a)). Unbiased where p is right, whatever q is, as long as q has not yet
/// seen the example; the better q, the less the variance. With q = 0 it is IPS.</item>
/// </list>
/// <para>An example of age i, 0 the newest, counts λ^i, λ being <see cref="OffPolicyOptions.Fading"/>. The effective number of
/// examples is n' = (Σ λ^i)² / Σ λ^2i, which is their number at λ = 1. A mean m of values v has the standard error √(s² / n'), with the
/// sample variance s² = n' / (n' - 1) · Σ λ^i (v - m)² / Σ λ^i. That takes examples as independent and alike as far back as the mean
/// reaches. Where costs drift, the estimate is of the faded mean of what the policy would have cost, not of what it costs now, and the
/// standard error is rather too large, as drift counts as variance.</para>
/// <para>Intervals are normal approximations; they are too narrow while few weights make up most of the sum. Where
/// <see cref="EffectiveSampleSize"/> is below 2, the log says next to nothing about the policy: then standard error and interval of the
/// methods that weigh are NaN, lest a policy that never does what the log did looks sure to cost nothing.</para>
/// <para>Source: M. Dudík, J. Langford, L. Li, Doubly robust policy evaluation and learning, ICML 2011, section 2 (IPS, direct method,
/// doubly robust); A. Swaminathan, T. Joachims, The self-normalized estimator for counterfactual learning, NIPS 2015 (SNIPS); A. B. Owen,
/// Monte Carlo theory, methods and examples, chapter 9 (its variance by linearisation, effective sample size).</para>
/// </remarks>
public sealed class OffPolicyEstimator
{
    /// <summary>The largest distance of a cost or of its prediction from 0: sums of its square stay finite.</summary>
    public const double LargestCost = 1e100;

    /// <summary>The largest weight, whatever <see cref="OffPolicyOptions.WeightCap"/> says, for the same reason.</summary>
    public const double LargestWeight = 1e30;

    private const string StateName = "off-policy";
    private const int StateVersion = 1;
    private const int StateFields = 5 + WeightedCosts.Fields + (3 * FadedMoments.Fields);

    // Examples that a state may claim: whole numbers are exact in a double up to there.
    private const long LargestCount = 1L << 53;

    // Two, less what rounding may take from it.
    private const double EnoughForAnError = 2 - 1e-9;

    private readonly double _fading;
    private readonly double _cap;
    private readonly double _quantile;

    // Σ λ^i and Σ λ^2i.
    private double _total;
    private double _totalOfSquares;

    private WeightedCosts _costs;
    private FadedMoments _weighted;
    private FadedMoments _predicted;
    private FadedMoments _corrected;

    /// <summary>An estimator that has seen nothing.</summary>
    /// <exception cref="Options.OptionException">A setting cannot be used.</exception>
    public OffPolicyEstimator(OffPolicyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(StateName);
        _fading = options.Fading;
        _cap = Math.Min(options.WeightCap, LargestWeight);
        _quantile = NormalQuantile.OfInterval(options.Confidence);
    }

    /// <summary>Examples since the start.</summary>
    public long Count { get; private set; }

    /// <summary>Examples since the start whose weight was above the cap. As each of them biases what is estimated, there should be
    /// few.</summary>
    public long Clipped { get; private set; }

    /// <summary>The largest weight since the start, before clipping; 0 before the first example.</summary>
    public double MaxWeight { get; private set; }

    /// <summary>Mean weight, after clipping. It is near 1 where the logged probabilities are right and positive wherever the evaluated
    /// policy's are; what is missing has been clipped or was never logged. NaN before the first example.</summary>
    public double MeanWeight => Count > 0 ? _costs.Sum / _total : double.NaN;

    /// <summary>n': how many examples without fading would be as good; <see cref="Count"/> where nothing fades.</summary>
    public double EffectiveCount => Count > 0 ? _total * _total / _totalOfSquares : 0;

    /// <summary>Kish's (Σ λ^i w)² / Σ (λ^i w)²: how many examples of the evaluated policy itself would be as good, at most
    /// <see cref="Count"/>. 0 where no weight has been positive.</summary>
    public double EffectiveSampleSize => _costs.EffectiveSampleSize;

    /// <summary>Inverse propensity scoring.</summary>
    public OffPolicyEstimate Ips => MeanOf(_weighted, Tells);

    /// <summary>Self-normalised inverse propensity scoring; all NaN where no weight has been positive.</summary>
    public OffPolicyEstimate Snips => _costs.Sum > 0
        ? Estimate(_costs.Mean, _costs.Residuals, _costs.Sum / _total, Tells)
        : Estimate(double.NaN, double.NaN, 1, tells: false);

    /// <summary>The regression's word for it.</summary>
    public OffPolicyEstimate DirectMethod => MeanOf(_predicted, tells: true);

    /// <summary>The regression's word, corrected by what the log says about its errors.</summary>
    public OffPolicyEstimate DoublyRobust => MeanOf(_corrected, Tells);

    private bool Tells => EffectiveSampleSize >= EnoughForAnError;

    /// <summary>Takes in a logged decision. Refused arguments leave everything as it was.</summary>
    /// <param name="loggedProbability">p(a|x): probability that the logging policy gave the logged action, above 0, at most 1.</param>
    /// <param name="targetProbability">π(a|x): probability that the evaluated policy gives that action, from 0 to 1.</param>
    /// <param name="cost">c: what the logged action cost, lower being better; at most <see cref="LargestCost"/> from 0, in any
    /// unit.</param>
    /// <param name="predictedLogged">q(x,a): a regression's estimate of that cost, made before it has learned from this example; 0 where
    /// there is no regression. In the unit of the costs.</param>
    /// <param name="predictedTarget">Σ_a' π(a'|x) q(x,a'): the same regression's estimate for the evaluated policy, in the unit of the
    /// costs.</param>
    /// <exception cref="ArgumentOutOfRangeException">A probability is out of range, or a number is not finite or too large.</exception>
    public void Add(double loggedProbability, double targetProbability, double cost, double predictedLogged, double predictedTarget)
    {
        Require(loggedProbability is > 0 and <= 1, loggedProbability, "a probability above 0, at most 1", nameof(loggedProbability));
        Require(targetProbability is >= 0 and <= 1, targetProbability, "a probability from 0 to 1", nameof(targetProbability));
        RequireCost(cost, nameof(cost));
        RequireCost(predictedLogged, nameof(predictedLogged));
        RequireCost(predictedTarget, nameof(predictedTarget));

        var unclipped = targetProbability / loggedProbability;
        var weight = Math.Min(unclipped, _cap);
        Count++;
        Clipped += unclipped > _cap ? 1 : 0;
        MaxWeight = Math.Max(MaxWeight, Math.Min(unclipped, LargestWeight));
        _total = (_fading * _total) + 1;
        _totalOfSquares = (_fading * _fading * _totalOfSquares) + 1;
        _costs = _costs.Plus(weight, cost, _fading);
        _weighted = _weighted.Plus(weight * cost, 1, _total, _fading);
        _predicted = _predicted.Plus(predictedTarget, 1, _total, _fading);
        _corrected = _corrected.Plus(predictedTarget + (weight * (cost - predictedLogged)), 1, _total, _fading);
    }

    /// <summary>Takes in all that another estimator with the same settings has, as that of another key: each counts as it does there.</summary>
    public void Add(OffPolicyEstimator other)
    {
        _weighted = _weighted.With(_total, other._weighted, other._total);
        _predicted = _predicted.With(_total, other._predicted, other._total);
        _corrected = _corrected.With(_total, other._corrected, other._total);
        _costs = _costs.With(other._costs);
        Count += other.Count;
        Clipped += other.Clipped;
        MaxWeight = Math.Max(MaxWeight, other.MaxWeight);
        _total += other._total;
        _totalOfSquares += other._totalOfSquares;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        (Count, Clipped, MaxWeight, _total, _totalOfSquares) = (0, 0, 0, 0, 0);
        (_costs, _weighted, _predicted, _corrected) = (default, default, default, default);
    }

    /// <summary>Writes all that has been taken in, to the bit. The settings are not part of it.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(StateName, StateVersion, StateFields);
        writer.Write(Count);
        writer.Write(Clipped);
        writer.Write(MaxWeight);
        writer.Write(_total);
        writer.Write(_totalOfSquares);
        _costs.Write(ref writer);
        _weighted.Write(ref writer);
        _predicted.Write(ref writer);
        _corrected.Write(ref writer);
    }

    /// <summary>Takes over what <see cref="Save"/> has written, in place of what has been taken in; settings are to be those that it was
    /// taken in with.</summary>
    /// <exception cref="StateFormatException">It is not that, or it is damaged: then the estimator has seen nothing.</exception>
    public void Load(ref MessagePackReader reader)
    {
        Reset();
        try
        {
            reader.ReadHeader(StateName, StateVersion, StateFields);
            ReadFields(ref reader);
        }
        catch (StateFormatException)
        {
            Reset();
            throw;
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            Reset();
            throw new StateFormatException($"Stored state of an off-policy estimator is damaged: {exception.Message}");
        }
    }

    private static void RequireCost(double value, string name) =>
        Require(Math.Abs(value) <= LargestCost, value, "a number that is at most 1e100 from 0", name);

    private static void Require(bool holds, double value, string expected, string name)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected {expected}."));
        }
    }

    private void ReadFields(ref MessagePackReader reader)
    {
        (Count, Clipped) = (reader.ReadInt64(), reader.ReadInt64());
        (MaxWeight, _total, _totalOfSquares) = (reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        StateFormat.Require(
            Count is >= 0 and <= LargestCount && Clipped >= 0 && Clipped <= Count && MaxWeight is >= 0 and <= LargestWeight
                && _total >= Math.Min(Count, 1) && _total <= Count
                && _totalOfSquares >= Math.Min(Count, 1) && _totalOfSquares <= _total,
            "numbers of examples contradict each other");
        _costs = WeightedCosts.Read(ref reader, LargestWeight, LargestCost, _total, Count);
        _weighted = FadedMoments.Read(ref reader, LargestWeight * LargestCost, _total);
        _predicted = FadedMoments.Read(ref reader, LargestCost, _total);
        _corrected = FadedMoments.Read(ref reader, 3 * LargestWeight * LargestCost, _total);
    }

    private OffPolicyEstimate MeanOf(FadedMoments moments, bool tells) =>
        Estimate(Count > 0 ? moments.Mean : double.NaN, moments.Squares, 1, tells);

    /// <summary>A mean or ratio with its standard error from the squared residuals, in units of <paramref name="scale"/>.</summary>
    private OffPolicyEstimate Estimate(double value, double squares, double scale, bool tells)
    {
        var degrees = EffectiveCount - 1;
        var error = tells && degrees > 0 ? Math.Sqrt(squares / _total / degrees) / scale : double.NaN;
        return OffPolicyEstimate.Normal(value, error, _quantile);
    }
}
