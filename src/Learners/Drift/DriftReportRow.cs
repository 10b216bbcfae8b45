namespace StreamLearn.Learners.Drift;

/// <summary>One detector on one kind of stream, over seeds.</summary>
/// <param name="Detector">The detector's name.</param>
/// <param name="Scenario">The stream's name.</param>
/// <param name="Seeds">How many streams.</param>
/// <param name="Drifts">Drifts in all of them.</param>
/// <param name="Misses">Drifts without an alarm.</param>
/// <param name="Delay">Mean over the seeds that have an alarm of the delay of it, in values; NaN: none has.</param>
/// <param name="DelayDeviation">Standard deviation of that over seeds; NaN: fewer than two have an alarm.</param>
/// <param name="FalseAlarms">Mean over seeds of the false alarms per 10,000 values.</param>
/// <param name="FalseAlarmsDeviation">Standard deviation of that over seeds; NaN: there is one seed.</param>
public sealed record DriftReportRow(
    string Detector,
    string Scenario,
    int Seeds,
    int Drifts,
    int Misses,
    double Delay,
    double DelayDeviation,
    double FalseAlarms,
    double FalseAlarmsDeviation);
