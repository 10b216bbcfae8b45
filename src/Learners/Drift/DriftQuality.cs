namespace StreamLearn.Learners.Drift;

/// <summary>How well a detector's alarms meet the drifts of a stream.</summary>
/// <param name="Values">Values of the stream.</param>
/// <param name="Drifts">Its drifts.</param>
/// <param name="Misses">Drifts without an alarm.</param>
/// <param name="FalseAlarms">Alarms that are not the first one after a drift.</param>
/// <param name="MeanDelay">Values from a drift to its alarm, mean over those that have one; 0: at the first value of the new kind; NaN:
/// none has.</param>
public readonly record struct DriftQuality(int Values, int Drifts, int Misses, int FalseAlarms, double MeanDelay)
{
    /// <summary>False alarms per 10,000 values.</summary>
    public double FalseAlarmsPer10000 => Values == 0 ? 0 : 10_000.0 * FalseAlarms / Values;

    /// <summary>Runs a detector over a stream.</summary>
    /// <param name="detector">The detector, as it was made.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="horizon">Values from a drift on within which an alarm belongs to it, but no longer than to the next drift.</param>
    public static DriftQuality Measure(IDriftDetector detector, DriftSeries stream, int horizon)
    {
        ArgumentNullException.ThrowIfNull(detector);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        var (values, drifts) = (stream.Values, stream.Drifts);
        var (last, met) = (-1, true);
        var (detected, falseAlarms, delays) = (0, 0, 0L);
        for (var i = 0; i < values.Count; i++)
        {
            if (last + 1 < drifts.Count && drifts[last + 1] == i)
            {
                last++;
                met = false;
            }

            if (!detector.Add(values[i]))
            {
                continue;
            }

            if (met || i - drifts[last] >= horizon)
            {
                falseAlarms++;
                continue;
            }

            met = true;
            detected++;
            delays += i - drifts[last];
        }

        return new DriftQuality(
            values.Count, drifts.Count, drifts.Count - detected, falseAlarms, detected == 0 ? double.NaN : (double)delays / detected);
    }
}
