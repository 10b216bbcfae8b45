using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// Watches the forecasts of one series for a value that is going to be too large: the alert is raised while P(value > threshold) is at
/// least the chosen probability at one of the horizons, and is judged by what comes.
/// </summary>
/// <remarks>
/// <para>At each horizon the (1 - probability) quantile q of the signed errors, value - forecast, is tracked
/// (<see cref="QuantileTracker"/>): the value will be above forecast + q with the chosen probability, so the alert is raised where forecast
/// + q >= threshold. A horizon says nothing before it has seen as many errors as the probability needs to mean anything, 1 /
/// min(probability, 1 - probability).</para>
/// <para>Judged are the steps at which some horizon says something: the value came above in time where one of the steps up to the furthest
/// horizon had a value above the threshold. Steps without a value say neither; where all of them had none, the step is not judged.</para>
/// <para>It needs nothing but arrays: <c>foreach step: alert.Step(step, value[step], forecasts[step], judged: true, out _)</c>, then
/// <see cref="Counts"/>. Deterministic; allocates nothing for a step.</para>
/// </remarks>
public sealed class ThresholdAlert
{
    private const string Format = "threshold-alert";
    private const int Fields = 14;

    // What a step's slot says of it.
    private const byte NotJudged = 0;
    private const byte Quiet = 1;
    private const byte Alarmed = 2;

    private readonly int[] _horizons;
    private readonly double _probability;
    private readonly double _threshold;
    private readonly long _warmUp;
    private readonly QuantileTracker[] _quantiles;
    private readonly long[] _errors;

    // Rings over the last `furthest horizon + 1` steps; the slot of a step is the step modulo the length. NaN: no forecast.
    private readonly double[] _forecasts;
    private readonly byte[] _said;

    // Steps before it are judged; -1: there has been none.
    private long _undecided;
    private long _last = -1;

    /// <param name="horizons">How many steps ahead the forecasts lie; ascending, from 1 on.</param>
    /// <param name="threshold">What the value should not be above.</param>
    /// <param name="probability">With which probability it must be above for an alert, between 0 and 1.</param>
    public ThresholdAlert(IReadOnlyList<int> horizons, double threshold, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizons.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizons[0], 1);
        _horizons = [.. horizons];
        _threshold = threshold;
        _probability = probability is > 0 and < 1
            ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a number between 0 and 1.");
        _warmUp = (long)Math.Ceiling(1 / Math.Min(probability, 1 - probability));
        _quantiles = [.. horizons.Select(_ => new QuantileTracker(1 - probability, signed: true))];
        _errors = new long[_horizons.Length];
        _said = new byte[_horizons[^1] + 1];
        _forecasts = new double[_said.Length * _horizons.Length];
        Array.Fill(_forecasts, double.NaN);
    }

    /// <summary>Whether the alert is raised.</summary>
    public bool IsRaised { get; private set; }

    /// <summary>How often it has been raised.</summary>
    public long Raised { get; private set; }

    /// <summary>The last step; -1: there has been none.</summary>
    internal long LastStep => _last;

    /// <summary>The steps that have been judged so far.</summary>
    public AlertCounts Counts { get; private set; }

    /// <summary>Goes to the next step that has a value: the value judges what was said before, then the forecasts from it say whether there
    /// is an alert.</summary>
    /// <param name="step">Its number, from 0 on, above the last one's. Those left out have no value.</param>
    /// <param name="value">Its value; finite.</param>
    /// <param name="forecasts">The forecasts from it, one for each horizon; finite. Those beyond the horizons are not looked at.</param>
    /// <param name="judged">Whether what is said now is to be judged.</param>
    /// <param name="change">What has changed.</param>
    /// <returns>Whether the alert was raised or cleared.</returns>
    public bool Step(long step, double value, ReadOnlySpan<double> forecasts, bool judged, out AlertChange change)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, _last);
        ForgetBefore(step);
        if (value > _threshold)
        {
            Judge(upTo: Math.Min(step, _last + 1), came: true);
        }

        Track(step, value);
        _last = step;
        var slot = Slot(step);
        forecasts[.._horizons.Length].CopyTo(Forecasts(slot));
        var (at, bound, warm) = Look(slot);
        _said[slot] = !judged || !warm ? NotJudged : bound >= _threshold ? Alarmed : Quiet;
        var raised = warm && bound >= _threshold;
        change = new AlertChange(raised, _horizons[at], forecasts[at], bound, _threshold);
        if (raised == IsRaised)
        {
            return false;
        }

        IsRaised = raised;
        Raised += raised ? 1 : 0;
        return true;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, Fields);
        writer.WriteArrayHeader(_horizons.Length);
        foreach (var horizon in _horizons)
        {
            writer.Write(horizon);
        }

        writer.Write(_threshold);
        writer.Write(_probability);
        writer.Write(IsRaised);
        writer.Write(Raised);
        writer.Write(_undecided);
        writer.Write(_last);
        writer.Write(Counts.TruePositives);
        writer.Write(Counts.FalsePositives);
        writer.Write(Counts.Misses);
        writer.Write(Counts.TrueNegatives);
        writer.WriteArrayHeader(_horizons.Length * (1 + QuantileTracker.Fields));
        for (var h = 0; h < _horizons.Length; h++)
        {
            writer.Write(_errors[h]);
            _quantiles[h].Save(ref writer);
        }

        writer.WriteDoubles(_forecasts);
        writer.Write(_said);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, Fields);
        RefuseOther(ref reader);
        IsRaised = reader.ReadBoolean();
        Raised = reader.ReadInt64();
        _undecided = reader.ReadInt64();
        _last = reader.ReadInt64();
        Counts = new AlertCounts(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        reader.ReadLength(_horizons.Length * (1 + QuantileTracker.Fields));
        for (var h = 0; h < _horizons.Length; h++)
        {
            _errors[h] = reader.ReadInt64();
            _quantiles[h].Load(ref reader);
        }

        reader.ReadDoubles(_forecasts, gaps: true);
        var said = reader.ReadBytes();
        StateFormat.Require(said?.Length == _said.Length, "an alert remembers another number of steps");
        System.Buffers.BuffersExtensions.CopyTo(said!.Value, _said);
        StateFormat.Require(
            _last >= -1 && _undecided >= Math.Max(0, _last - _horizons[^1]) && _undecided <= _last + 1 && Raised >= (IsRaised ? 1 : 0)
            && !_said.AsSpan().ContainsAnyExceptInRange(NotJudged, Alarmed)
            && Counts is { TruePositives: >= 0, FalsePositives: >= 0, Misses: >= 0, TrueNegatives: >= 0 }
            && Array.TrueForAll(_errors, count => count >= 0),
            "the counts and steps of an alert contradict each other");
    }

    private void RefuseOther(ref MessagePackReader reader)
    {
        var horizons = new int[reader.ReadArrayHeader()];
        for (var h = 0; h < horizons.Length; h++)
        {
            horizons[h] = reader.ReadInt32();
        }

        var threshold = reader.ReadDouble();
        var probability = reader.ReadDouble();
        if (!horizons.AsSpan().SequenceEqual(_horizons) || threshold != _threshold || probability != _probability)
        {
            throw new StateFormatException(FormattableString.Invariant(
                $"Stored state has an alert at {threshold} with probability {probability} and horizons [{string.Join(", ", horizons)}]; ")
                + FormattableString.Invariant($"expected {_threshold}, {_probability} and [{string.Join(", ", _horizons)}]."));
        }
    }

    /// <summary>Judges the steps whose time is over, and empties the places of steps without a value.</summary>
    private void ForgetBefore(long step)
    {
        // The last value is the last of all: steps after it have said nothing.
        Judge(upTo: Math.Min(step - _horizons[^1], _last + 1), came: false);
        _undecided = Math.Max(_undecided, step - _horizons[^1]);
        if (_last >= 0)
        {
            for (var missing = Math.Max(_last + 1, step - _said.Length); missing < step; missing++)
            {
                _said[Slot(missing)] = NotJudged;
                Forecasts(Slot(missing)).Fill(double.NaN);
            }
        }
    }

    private void Judge(long upTo, bool came)
    {
        for (; _undecided < upTo; _undecided++)
        {
            ref var said = ref _said[Slot(_undecided)];
            if (said != NotJudged && (came || _last > _undecided))
            {
                Counts = Counts.With(said == Alarmed, came);
            }

            said = NotJudged;
        }
    }

    private void Track(long step, double value)
    {
        for (var h = 0; h < _horizons.Length; h++)
        {
            var made = step - _horizons[h];
            var error = made < 0 ? double.NaN : value - Forecasts(Slot(made))[h];
            if (double.IsFinite(error))
            {
                _quantiles[h].Add(error);
                _errors[h]++;
            }
        }
    }

    /// <summary>The nearest horizon that reaches the threshold, else the one that misses it by the least; one that says nothing yet counts
    /// as missing all.</summary>
    private (int Horizon, double Bound, bool Warm) Look(int slot)
    {
        var (best, bound, warm) = (0, double.NegativeInfinity, false);
        for (var h = 0; h < _horizons.Length && bound < _threshold; h++)
        {
            if (_errors[h] < _warmUp)
            {
                continue;
            }

            warm = true;
            var own = Math.Clamp(Forecasts(slot)[h] + _quantiles[h].Value, double.MinValue, double.MaxValue);
            if (own > bound)
            {
                (best, bound) = (h, own);
            }
        }

        return (best, bound, warm);
    }

    private int Slot(long step) => (int)(step % _said.Length);

    private Span<double> Forecasts(int slot) => _forecasts.AsSpan(slot * _horizons.Length, _horizons.Length);
}
