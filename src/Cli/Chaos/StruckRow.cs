namespace StreamLearn.Cli.Chaos;

/// <summary>What a drill damages in the store.</summary>
internal enum StruckRow
{
    /// <summary>The manifest of a bucket's newest generation.</summary>
    Manifest,

    /// <summary>A key that this generation has written.</summary>
    Key,

    /// <summary>The newest cursor of a partition.</summary>
    Cursor,
}
