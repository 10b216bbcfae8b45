namespace StreamLearn.Cli.Experiments.Bandits;

/// <summary>What a data set was used for.</summary>
internal enum BanditSetGroup
{
    /// <summary>Nothing was chosen on it.</summary>
    HeldOut,

    /// <summary>Defaults were chosen on it, or on sets of its kind.</summary>
    Development,

    /// <summary>Nothing was chosen on it, and no bar is known.</summary>
    Extra,
}
