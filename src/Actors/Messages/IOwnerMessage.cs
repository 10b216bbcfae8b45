namespace StreamLearn.Actors.Messages;

/// <summary>What only the owner of a partition may say to a bucket.</summary>
public interface IOwnerMessage : IBucketMessage
{
    /// <summary>Which owner says it; later owners have larger numbers.</summary>
    long Owner { get; }
}
