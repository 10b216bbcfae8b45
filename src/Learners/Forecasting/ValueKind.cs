namespace StreamLearn.Learners.Forecasting;

/// <summary>What the value of a record is.</summary>
public enum ValueKind : byte
{
    /// <summary>The observation itself.</summary>
    Gauge,

    /// <summary>A count that only grows, kept in 32 bits; the observation is its rate.</summary>
    Counter32,

    /// <summary>A count that only grows, kept in 64 bits; the observation is its rate.</summary>
    Counter64,
}
