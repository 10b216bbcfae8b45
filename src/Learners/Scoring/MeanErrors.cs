namespace StreamLearn.Learners.Scoring;

/// <summary>Mean errors of single keys, added up: each key counts once.</summary>
internal struct MeanErrors
{
    private double _absolute;
    private double _rootSquared;
    private double _symmetric;

    /// <summary>Keys with a scored target.</summary>
    internal long Keys { get; private set; }

    internal readonly double Mae => _absolute / Keys;

    internal readonly double Rmse => _rootSquared / Keys;

    internal readonly double Smape => _symmetric / Keys;

    /// <summary>Share of the baseline's error that is saved: 0 where neither makes any, NaN where only the baseline makes none.</summary>
    internal static double Skill(double own, double baseline) => baseline > 0 ? 1 - (own / baseline) : own == 0 ? 0 : double.NaN;

    internal void Add(in ErrorSums sums)
    {
        if (sums.Weight > 0)
        {
            _absolute += sums.Absolute / sums.Weight;
            _rootSquared += Math.Sqrt(sums.Squared / sums.Weight);
            _symmetric += sums.Symmetric / sums.Weight;
            Keys++;
        }
    }

    internal void Add(in MeanErrors other)
    {
        _absolute += other._absolute;
        _rootSquared += other._rootSquared;
        _symmetric += other._symmetric;
        Keys += other.Keys;
    }
}
