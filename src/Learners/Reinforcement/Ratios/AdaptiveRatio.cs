using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>
/// The adaptive replay ratio: low until the critic's fraction of active units (FAU) no longer changes from one check to the next, then high for good. A flat critic counts as one that has recovered
/// its plasticity.
/// </summary>
/// <remarks>
/// <para>Source: Ma et al., "Revisiting plasticity in visual reinforcement learning", ICLR 2024 (arXiv 2310.07418), section 6, as its code computes it: the first value is that of the very first
/// update; an average covers the last episode before a check only; the comparison is ≤.</para>
/// <para>The rule tests flatness. At the bottom of the dip that critics go through first, and where all units have died, FAU is flat too: see
/// <see cref="AdaptiveRatioOptions.MinFauFraction"/> and <see cref="AdaptiveRatioOptions.RequireRiseAfterDip"/>.</para>
/// </remarks>
public sealed class AdaptiveRatio
{
    /// <summary>Checks that are remembered.</summary>
    public const int KeptChecks = 256;

    private const string Name = "adaptive-replay-ratio";
    private const int Version = 1;
    private const int Fields = 10;

    private readonly AdaptiveRatioOptions _options;
    private readonly Queue<RatioCheck> _checks = new();
    private double _sum;
    private long _count;
    private double _before = double.NaN;
    private double _first = double.NaN;
    private double _lowest = double.NaN;

    /// <param name="options">The rule's numbers.</param>
    /// <exception cref="Options.OptionException">A setting has a value that cannot be used.</exception>
    public AdaptiveRatio(AdaptiveRatioOptions options) => _options = options.Checked();

    /// <summary>Updates for each agent step from now on.</summary>
    public double Ratio => IsHigh ? _options.High : _options.Low;

    /// <summary>Whether it has switched. It never goes back.</summary>
    public bool IsHigh => SwitchedAt >= 0;

    /// <summary>Agent steps at the switch; -1: it has not switched.</summary>
    public long SwitchedAt { get; private set; } = -1;

    /// <summary>Checks so far.</summary>
    public long Checked { get; private set; }

    /// <summary>The last <see cref="KeptChecks"/> checks, the oldest first.</summary>
    public IReadOnlyCollection<RatioCheck> Checks => _checks;

    /// <summary>Takes an update of the critic in.</summary>
    /// <param name="fau">Its fraction of active units on the batch, before the step.</param>
    public void AddUpdate(double fau)
    {
        if (!double.IsFinite(fau))
        {
            throw new ArgumentOutOfRangeException(nameof(fau), fau, $"A fraction of active units is {fau}; expected a number from 0 to 1.");
        }

        if (double.IsNaN(_before))
        {
            _before = fau;
        }

        if (double.IsNaN(_first))
        {
            _first = fau;
        }

        _sum += fau;
        _count++;
    }

    /// <summary>Says that one more of what is counted has ended: an episode, or an agent step.</summary>
    /// <param name="at">How many have, from 1 on.</param>
    /// <param name="step">Agent steps so far.</param>
    /// <returns>The check, if it was time for one.</returns>
    public RatioCheck? Pass(long at, long step)
    {
        // Nothing has been learned so far: nothing is checked.
        if (double.IsNaN(_first))
        {
            return null;
        }

        var place = at % _options.Interval;
        if (place == 0)
        {
            var check = Check(at, step);
            (_sum, _count) = (0, 0);
            return check;
        }

        if (place == _options.Interval - _options.Average)
        {
            (_sum, _count) = (0, 0);
        }

        return null;
    }

    /// <summary>The critic has become another one, by a reset: what was before is nothing to compare with.</summary>
    public void Restart() => (_sum, _count, _before, _lowest) = (0, 0, double.NaN, double.NaN);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_sum);
        writer.Write(_count);
        writer.Write(_before);
        writer.Write(_first);
        writer.Write(_lowest);
        writer.Write(SwitchedAt);
        writer.Write(Checked);
        writer.Write(_options.Low);
        writer.Write(_options.High);
        writer.WriteArrayHeader(_checks.Count);
        foreach (var check in _checks)
        {
            writer.WriteArrayHeader(6);
            writer.Write(check.Step);
            writer.Write(check.At);
            writer.Write(check.Fau);
            writer.Write(check.Before);
            writer.Write(check.Updates);
            writer.Write((int)check.Verdict);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        var (sum, count) = (reader.ReadFinite(), reader.ReadInt64());
        StateFormat.Require(sum >= 0 && sum <= count && count >= 0, "a sum of fractions is out of range");
        (_sum, _count) = (sum, count);
        (_before, _first, _lowest) = (Fraction(ref reader), Fraction(ref reader), Fraction(ref reader));
        SwitchedAt = reader.ReadInt64();
        Checked = reader.ReadInt64();
        var (low, high) = (reader.ReadFinite(), reader.ReadFinite());
        if (low != _options.Low || high != _options.High)
        {
            throw new StateFormatException(FormattableString.Invariant(
                $"Stored state has replay ratios {low} and {high}; expected {_options.Low} and {_options.High}: the learner's settings have changed."));
        }

        var checks = reader.ReadArrayHeader();
        StateFormat.Require(checks <= KeptChecks && Checked >= checks, "there are more checks than were made");
        _checks.Clear();
        for (var i = 0; i < checks; i++)
        {
            reader.ReadLength(6);
            var (step, at, fau, before) = (reader.ReadInt64(), reader.ReadInt64(), Fraction(ref reader), Fraction(ref reader));
            var (updates, verdict) = (reader.ReadInt64(), reader.ReadInt32());
            StateFormat.Require(Enum.IsDefined((RatioVerdict)verdict), "a check has an unknown end");
            _checks.Enqueue(new RatioCheck(step, at, fau, before, updates, (RatioVerdict)verdict));
        }
    }

    private static double Fraction(ref MessagePackReader reader)
    {
        var value = reader.ReadDouble();
        StateFormat.Require(double.IsNaN(value) || value is >= 0 and <= 1, "a fraction of active units is out of range");
        return value;
    }

    private RatioCheck Check(long at, long step)
    {
        var fau = _count >= _options.MinUpdates ? _sum / _count : double.NaN;
        var before = _before;
        var verdict = Judge(fau, before);
        if (!double.IsNaN(fau))
        {
            _before = fau;
            _lowest = double.IsNaN(_lowest) ? fau : Math.Min(_lowest, fau);
        }

        if (verdict == RatioVerdict.Switched)
        {
            SwitchedAt = step;
        }

        var check = new RatioCheck(step, at, fau, before, _count, verdict);
        Checked++;
        _checks.Enqueue(check);
        if (_checks.Count > KeptChecks)
        {
            _checks.Dequeue();
        }

        return check;
    }

    private RatioVerdict Judge(double fau, double before) =>
        double.IsNaN(fau) ? RatioVerdict.TooFewUpdates
        : IsHigh ? RatioVerdict.AlreadyHigh
        : double.IsNaN(before) ? RatioVerdict.NothingBefore
        : Math.Abs(fau - before) > _options.Threshold ? RatioVerdict.StillChanging
        : fau < _options.MinFauFraction * _first ? RatioVerdict.TooLow
        : _options.RequireRiseAfterDip && !(fau > _lowest + _options.Threshold) ? RatioVerdict.NotRisen
        : RatioVerdict.Switched;
}
