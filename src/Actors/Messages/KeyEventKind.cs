namespace StreamLearn.Actors.Messages;

/// <summary>What can happen to a key.</summary>
public enum KeyEventKind : byte
{
    /// <summary>A drift detector has found a change.</summary>
    Drift = 0,

    /// <summary>Its alert was raised.</summary>
    AlertRaised = 1,

    /// <summary>Its alert was cleared.</summary>
    AlertCleared = 2,

    /// <summary>A learner went back to its last good state.</summary>
    Recovery = 3,
}
