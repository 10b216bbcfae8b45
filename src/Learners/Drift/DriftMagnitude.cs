namespace StreamLearn.Learners.Drift;

/// <summary>
/// The magnitudes that detectors which square values tell apart, so that no sum of squares overflows and none of a spread vanishes.
/// Within them a detector that promises it gives the same alarms in any unit.
/// </summary>
internal static class DriftMagnitude
{
    /// <summary>Values farther from 0 count as that far.</summary>
    internal const double Largest = 1e100;

    /// <summary>Values nearer to 0 count as 0.</summary>
    internal const double Smallest = 1e-100;

    internal static double Bounded(double value) => Math.Abs(value) < Smallest ? 0 : Math.Clamp(value, -Largest, Largest);
}
