namespace StreamLearn.Actors.Protocol;

/// <summary>Whom a message to a bucket comes from.</summary>
public enum OwnerVerdict
{
    /// <summary>The owner that the bucket's state was read for.</summary>
    Current,

    /// <summary>A newer owner: the bucket is to take its stored state first.</summary>
    New,

    /// <summary>One that is owner no more: it is told so, and nothing else.</summary>
    Stale,
}
