namespace StreamLearn.Learners.Forecasting;

/// <summary>What a drift detector of a series watches.</summary>
public enum DriftSignal : byte
{
    /// <summary>The own learner's absolute error at the furthest horizon, in units of the key's causal scale (its largest absolute value so
    /// far).</summary>
    Error,

    /// <summary>The value itself.</summary>
    Input,
}
