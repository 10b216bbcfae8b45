namespace StreamLearn.Simulation.Networks;

/// <summary>How much a failure changes the load of a link, by severity S.</summary>
public enum ShiftClass
{
    /// <summary>S below 0.1.</summary>
    None,

    /// <summary>S from 0.1 to 0.5.</summary>
    Moderate,

    /// <summary>S above 0.5.</summary>
    Drastic,
}
