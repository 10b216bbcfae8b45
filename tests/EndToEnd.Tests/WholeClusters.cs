namespace StreamLearn.EndToEnd.Tests;

/// <summary>Tests that run whole clusters: one after the other, when the others are done, for a machine with two cores has no room for both.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeClusters
{
    internal const string Name = "clusters";
}
