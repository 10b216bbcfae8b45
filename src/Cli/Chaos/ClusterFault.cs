namespace StreamLearn.Cli.Chaos;

/// <summary>What a cluster drill does to a node.</summary>
internal enum ClusterFault
{
    /// <summary><c>kill -9</c>.</summary>
    Kill,

    /// <summary><c>kill -9</c> of all nodes at once, as when the power fails.</summary>
    KillAll,

    /// <summary><c>SIGTERM</c>: it hands over what it has and leaves.</summary>
    Leave,

    /// <summary><c>SIGSTOP</c>, until the others have gone on without it.</summary>
    Suspend,

    /// <summary><c>SIGSTOP</c>, for less time than the others take to notice.</summary>
    SuspendBriefly,

    /// <summary>Nothing goes between it and the other nodes, until it has given up; broker and store it reaches.</summary>
    Cut,

    /// <summary>The same, for less time than they take to notice.</summary>
    CutBriefly,
}
