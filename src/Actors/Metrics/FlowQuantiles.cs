using HdrHistogram;

namespace StreamLearn.Actors.Metrics;

/// <summary>Quantiles of what was recorded in a time.</summary>
/// <param name="Count">How much.</param>
/// <param name="Mean">Mean; NaN where there was nothing.</param>
/// <param name="Median">Half of it is at most this; NaN where there was nothing.</param>
/// <param name="P90">So are nine tenths.</param>
/// <param name="P99">So are 99 of 100.</param>
/// <param name="Max">All is at most this.</param>
public sealed record FlowQuantiles(long Count, double Mean, double Median, double P90, double P99, double Max)
{
    internal static FlowQuantiles Of(HistogramBase recorded, double unit) => recorded.TotalCount == 0
        ? new FlowQuantiles(0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)
        : new FlowQuantiles(
            recorded.TotalCount, unit * recorded.GetMean(), unit * recorded.GetValueAtPercentile(50), unit * recorded.GetValueAtPercentile(90),
            unit * recorded.GetValueAtPercentile(99), unit * recorded.GetMaxValue());
}
