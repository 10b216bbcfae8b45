using StreamLearn.Learners.Bandits;

namespace StreamLearn.Learners.Tests.Bandits.Worlds;

/// <summary>A context with memory of its own, and what each action costs in it.</summary>
internal sealed record BanditRound(int Actions, float[] Shared, float[] Own, byte[] Allowed, double[] Costs)
{
    internal BanditContext Context => new(Actions, Shared, Own, Allowed);
}
