namespace StreamLearn.Simulation.Tests.Control;

/// <summary>Periods of what swings about 0.</summary>
internal static class Swings
{
    /// <summary>Mean time from one rise through 0 to the next, instants between frames by linear interpolation.</summary>
    /// <param name="step">Seconds of a frame.</param>
    /// <param name="count">How many periods.</param>
    /// <param name="next">Goes on by a frame and gives the value.</param>
    public static double MeanPeriod(double step, int count, Func<double> next)
    {
        var (before, first, rises) = (next(), double.NaN, 0);
        for (var frame = 1; ; frame++)
        {
            var value = next();
            if (before < 0 && value >= 0)
            {
                var instant = (frame - 1 + before / (before - value)) * step;
                if (rises == 0)
                    first = instant;
                if (rises++ == count)
                    return (instant - first) / count;
            }

            before = value;
        }
    }
}
