namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>What a model does after the failure.</summary>
internal enum ModelGroup
{
    /// <summary>It learns nothing, ever.</summary>
    Baseline,

    /// <summary>It has learned before and learns no more.</summary>
    Frozen,

    /// <summary>It is fitted again every so often.</summary>
    Refitted,

    /// <summary>It learns from every record.</summary>
    Learning,

    /// <summary>It chooses among others.</summary>
    Hybrid,
}
