using MessagePack;

namespace StreamLearn.Cluster.Membership;

/// <summary>"Who are you?", from a node that has just joined. Its form never changes: nodes of other versions must understand it.</summary>
/// <param name="WireVersion">The version of messages that it speaks.</param>
[MessagePackObject]
public sealed record Hello([property: Key(0)] int WireVersion) : IMembershipMessage;
