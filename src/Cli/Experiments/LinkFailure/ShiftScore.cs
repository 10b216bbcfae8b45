namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>How a model's forecasts at one horizon fared on one link around one failure.</summary>
/// <param name="Rmse">For each of <see cref="FailurePeriod.All"/>: root mean squared error, Mbit/s.</param>
/// <param name="Mape">For each of them: mean absolute error by the load; targets below a thousandth of the capacity are left out; NaN: there is no other.</param>
/// <param name="Convergence">Bins from the failure until the error is what it was; null: it never was again in the time that was looked at.</param>
internal sealed record ShiftScore(double[] Rmse, double[] Mape, int? Convergence)
{
    private const double NearZero = 0.001;
    private const int Rolling = 12;
    private const double Tolerance = 1.5;

    /// <summary>Scores the forecasts.</summary>
    /// <param name="loads">Mbit/s from bin 0 on.</param>
    /// <param name="made">What was forecast at each bin for <paramref name="horizon"/> bins later.</param>
    /// <param name="horizon">In bins.</param>
    /// <param name="failure">Bin of the failure.</param>
    /// <param name="capacity">Of the link, Mbit/s.</param>
    internal static ShiftScore Of(ReadOnlySpan<double> loads, ReadOnlySpan<double> made, int horizon, int failure, double capacity)
    {
        var rmse = new double[FailurePeriod.All.Count];
        var mape = new double[FailurePeriod.All.Count];
        for (var period = 0; period < rmse.Length; period++)
        {
            var from = failure + FailurePeriod.All[period].From;
            var end = Math.Min(loads.Length, from + FailurePeriod.All[period].Bins);
            var (squares, shares, counted) = (0.0, 0.0, 0);
            for (var bin = from; bin < end; bin++)
            {
                var error = made[bin - horizon] - loads[bin];
                squares += error * error;
                if (loads[bin] > NearZero * capacity)
                {
                    shares += Math.Abs(error) / loads[bin];
                    counted++;
                }
            }

            rmse[period] = Math.Sqrt(squares / (end - from));
            mape[period] = counted > 0 ? shares / counted : double.NaN;
        }

        return new ShiftScore(rmse, mape, ConvergenceOf(loads, made, horizon, failure, Tolerance * rmse[0]));
    }

    /// <summary>
    /// The first bin after the failure from which on the root mean squared error over the last 12 bins (those since the failure, if fewer) stays within the
    /// bound for 12 bins.
    /// </summary>
    private static int? ConvergenceOf(ReadOnlySpan<double> loads, ReadOnlySpan<double> made, int horizon, int failure, double bound)
    {
        var within = 0;
        for (var bin = failure; bin < loads.Length; bin++)
        {
            var squares = 0.0;
            var from = Math.Max(failure, bin - Rolling + 1);
            for (var past = from; past <= bin; past++)
            {
                var error = made[past - horizon] - loads[past];
                squares += error * error;
            }

            within = Math.Sqrt(squares / (bin - from + 1)) <= bound ? within + 1 : 0;
            if (within == Rolling)
            {
                return bin - Rolling + 1 - failure;
            }
        }

        return null;
    }
}
