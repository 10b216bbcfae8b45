namespace StreamLearn.Cluster.Metrics;

/// <summary>What the values of a field do.</summary>
public enum MetricKind
{
    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>It only goes up, from 0 at the start of the process.</summary>
    Counter,
}
