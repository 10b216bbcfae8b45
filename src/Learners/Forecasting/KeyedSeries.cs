namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// A key of a fleet with its series, and its place in the order of use: a link of the chain that <see cref="UseOrder"/> is.
/// </summary>
/// <param name="key">The key, UTF-8.</param>
/// <param name="series">Its series.</param>
internal sealed class KeyedSeries(byte[] key, ForecastSeries series)
{
    internal byte[] Key => key;

    internal ForecastSeries Series => series;

    /// <summary>
    /// Kafka offset of the last record that has changed it: a number that no other key of the bucket has, and that a replay brings again.
    /// </summary>
    internal long LastUse { get; set; }

    /// <summary>In which of the times between two <see cref="ForecastFleet.TakeChanges"/> it was last marked as changed.</summary>
    internal long MarkedIn { get; set; } = -1;

    /// <summary>The next one towards those that have been idle longer.</summary>
    internal KeyedSeries? Earlier { get; set; }

    /// <summary>The next one towards those that were used later.</summary>
    internal KeyedSeries? Later { get; set; }
}
