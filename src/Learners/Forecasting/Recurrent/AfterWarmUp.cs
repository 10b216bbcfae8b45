namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>What a recurrent forecaster does once it is warm.</summary>
public enum AfterWarmUp
{
    /// <summary>It learns on, at <see cref="RecurrentOptions.ContinueRate"/> times the learning rate.</summary>
    Continue,

    /// <summary>Parameters and scaling stay as they are: what follows a drift is the state alone.</summary>
    Frozen,
}
