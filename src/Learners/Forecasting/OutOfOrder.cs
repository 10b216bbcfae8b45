namespace StreamLearn.Learners.Forecasting;

/// <summary>What becomes of a record that is late: with a step one whose step is not after the last one, without a step one whose time is
/// before the last one's.</summary>
public enum OutOfOrder : byte
{
    /// <summary><see cref="DeadLetter"/> with a step, <see cref="Learn"/> without.</summary>
    Auto,

    /// <summary>It is refused, and changes nothing.</summary>
    DeadLetter,

    /// <summary>It is counted, and nothing is said of it.</summary>
    Drop,

    /// <summary>It is the series' next observation: the order of arrival is that of the series. Not with a step, which has one
    /// value.</summary>
    Learn,
}
