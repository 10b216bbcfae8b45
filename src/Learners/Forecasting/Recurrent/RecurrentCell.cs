namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>The cell of a recurrent forecaster.</summary>
public enum RecurrentCell
{
    /// <summary>Closed-form continuous-time, with a gate between two branches.</summary>
    Cfc,

    /// <summary>The same without the gate's share on the first branch.</summary>
    CfcNoGate,

    /// <summary>The same as the published solution, with its own decay.</summary>
    CfcPure,

    /// <summary>Liquid time-constant, by the fused solver.</summary>
    Ltc,

    /// <summary>Gated recurrent unit: not liquid, for comparison.</summary>
    Gru,
}
