namespace StreamLearn.Learners.Watching;

/// <summary>Places in <see cref="KeyStanding.Numbers"/> of a key of a forecast pipeline. NaN: there is none yet.</summary>
public static class ForecastStanding
{
    /// <summary>The value of the last record, in the series' unit.</summary>
    public const int Value = 0;

    /// <summary>The key's causal scale, in the series' unit: its largest absolute value so far.</summary>
    public const int Scale = 1;

    /// <summary>Fading mean absolute error of the pipeline's own learner, in units of the scale, mean over horizons.</summary>
    public const int Error = 2;

    /// <summary>The same of the last-value baseline.</summary>
    public const int BaselineError = 3;

    /// <summary>1 - error / error of the last value, fading, mean over horizons.</summary>
    public const int Skill = 4;

    /// <summary>Alarms of the key's drift detectors.</summary>
    public const int DriftAlarms = 5;

    /// <summary>How often its alert was raised.</summary>
    public const int AlertsRaised = 6;

    /// <summary>1: its alert is raised now; 0: it is not; NaN: it has none.</summary>
    public const int Alert = 7;

    /// <summary>From here on, for each horizon: what is forecast, lower and upper end of its interval, in the series' unit.</summary>
    public const int Forecasts = 8;

    /// <summary>Numbers of a horizon.</summary>
    public const int PerHorizon = 3;
}
