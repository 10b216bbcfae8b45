using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.Hybrid;

/// <summary>
/// Weights of several experts at one horizon by recent loss, and the proof that the mixture has been better than the first expert alone since the last
/// drift.
/// </summary>
/// <remarks>
/// <para>Exponentiated gradient with a fixed share: w(e) ← w(e) exp(-η g(e)) / Z, then w ← (1 - α) w + α / n, g(e) = sign(f - y) (f(e) - f) / s being the gradient of
/// the mixture's absolute error in units of a fading mean error s, cut off at ±4. Sources: Kivinen and Warmuth, Information and Computation 132 (1997);
/// Herbster and Warmuth, Machine Learning 32 (1998).</para>
/// <para>Proof: the mean of d = (|y - first| - |y - mixture|) / s since the drift is above z standard errors, for n ≥ <c>min-samples</c> targets that count as n / h,
/// because targets of a forecast h steps ahead overlap. It is looked at after each target, and stays once it holds: a rule that is quick, not a test with
/// an error rate (of mixtures with no advantage a third pass within 288 independent targets). Targets count from the drift on, whenever they were forecast.</para>
/// </remarks>
internal sealed class ExpertMixture
{
    internal const int Fields = 6;

    private const double Limit = 4;
    private const double ScaleRate = 0.01;

    private readonly HybridOptions _options;
    private readonly int _horizon;
    private readonly double[] _weights;
    private long _count;
    private double _sum;
    private double _squares;

    internal ExpertMixture(HybridOptions options, int experts, int horizon)
    {
        _options = options;
        _horizon = horizon;
        _weights = new double[experts];
        Array.Fill(_weights, 1.0 / experts);
    }

    /// <summary>Whether the mixture has proved better than the first expert since the last drift.</summary>
    internal bool IsProved { get; private set; }

    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>Fading mean of the experts' absolute errors.</summary>
    internal double Scale { get; private set; }

    /// <summary>The mixture of the experts' forecasts.</summary>
    internal double Mix(ReadOnlySpan<double> forecasts)
    {
        var mixed = 0.0;
        for (var e = 0; e < _weights.Length; e++)
        {
            mixed += _weights[e] * forecasts[e];
        }

        return double.IsFinite(mixed) ? mixed : forecasts[0];
    }

    /// <summary>Takes a target in.</summary>
    /// <param name="target">What came.</param>
    /// <param name="forecasts">What the experts had said.</param>
    /// <param name="mixed">What the mixture had said.</param>
    internal void Learn(double target, ReadOnlySpan<double> forecasts, double mixed)
    {
        var error = 0.0;
        foreach (var forecast in forecasts)
        {
            error += Math.Abs((target / forecasts.Length) - (forecast / forecasts.Length));
        }

        if (double.IsFinite(error))
        {
            Scale = Scale == 0 ? error : Scale + (ScaleRate * (error - Scale));
        }

        if (Scale == 0)
        {
            return;
        }

        Reweight(target, forecasts, mixed);
        var gain = Bounded((Math.Abs(target - forecasts[0]) / Scale) - (Math.Abs(target - mixed) / Scale));
        _count++;
        _sum += gain;
        _squares += gain * gain;
        IsProved = IsProved || HoldsProof();
    }

    /// <summary>After a drift the first expert speaks alone again.</summary>
    internal void Restart()
    {
        IsProved = false;
        (_count, _sum, _squares) = (0, 0, 0);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteDoubles(_weights);
        writer.Write(Scale);
        writer.Write(_count);
        writer.Write(_sum);
        writer.Write(_squares);
        writer.Write(IsProved);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadDoubles(_weights);
        Scale = reader.ReadFinite();
        _count = reader.ReadInt64();
        _sum = reader.ReadFinite();
        _squares = reader.ReadFinite();
        IsProved = reader.ReadBoolean();
        StateFormat.Require(
            Scale >= 0 && _count >= 0 && _squares >= 0 && _weights.All(weight => weight is >= 0 and <= 1) && Math.Abs(_weights.Sum() - 1) < 1e-6,
            "the weights of experts contradict each other");
    }

    private static double Bounded(double value) => double.IsNaN(value) ? 0 : Math.Clamp(value, -Limit, Limit);

    private void Reweight(double target, ReadOnlySpan<double> forecasts, double mixed)
    {
        var side = Math.Sign(mixed - target);
        var sum = 0.0;
        for (var e = 0; e < _weights.Length; e++)
        {
            _weights[e] *= Math.Exp(-_options.MixtureRate * side * Bounded((forecasts[e] / Scale) - (mixed / Scale)));
            sum += _weights[e];
        }

        var share = _options.FixedShare;
        foreach (ref var weight in _weights.AsSpan())
        {
            weight = ((1 - share) * weight / sum) + (share / _weights.Length);
        }
    }

    private bool HoldsProof()
    {
        var samples = (double)_count / _horizon;
        if (_count < _options.MinSamples || samples < 2)
        {
            return false;
        }

        var mean = _sum / _count;
        var variance = Math.Max(0, (_squares / _count) - (mean * mean));
        return mean > 0 && mean >= _options.Confidence * Math.Sqrt(variance / samples);
    }
}
