namespace StreamLearn.Simulation.Networks;

/// <summary>How traffic follows the local time of a site.</summary>
internal static class TrafficCycle
{
    private const double PeakHour = 15;
    private const double HoursPerWeek = 168;
    private const double SaturdayHour = 120;

    /// <summary>Half the time in hours in which working days turn into a weekend and back, about midnight.</summary>
    private const double HalfTurn = 4;

    /// <summary>Traffic as a multiple of its mean on a working day.</summary>
    /// <param name="time">The time.</param>
    /// <param name="utcOffset">Local time minus UTC.</param>
    /// <param name="dailyAmplitude">Peak above the day's mean, as a fraction of it.</param>
    /// <param name="weekendDip">Weekend below working day, as a fraction of it.</param>
    public static double At(DateTimeOffset time, TimeSpan utcOffset, double dailyAmplitude, double weekendDip)
    {
        var local = time.UtcDateTime + utcOffset;
        var hour = local.TimeOfDay.TotalHours;
        var day = 1 + dailyAmplitude * Math.Cos(2 * Math.PI * (hour - PeakHour) / 24);
        return day * (1 - weekendDip * WeekendShare(((int)local.DayOfWeek + 6) % 7 * 24 + hour));
    }

    /// <summary>1 at the weekend, 0 on working days, linear in between.</summary>
    /// <param name="hour">Hours since Monday 00:00.</param>
    private static double WeekendShare(double hour)
    {
        // The first hours of Monday are the last ones of the week before.
        var ofWeek = hour < HalfTurn ? hour + HoursPerWeek : hour;
        var begins = (ofWeek - (SaturdayHour - HalfTurn)) / (2 * HalfTurn);
        var ends = (HoursPerWeek + HalfTurn - ofWeek) / (2 * HalfTurn);
        return Math.Clamp(Math.Min(begins, ends), 0, 1);
    }
}
