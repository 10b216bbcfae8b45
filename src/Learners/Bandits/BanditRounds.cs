using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits;

/// <summary>How many rounds a learner has learned, and what they have cost together.</summary>
internal struct BanditRounds
{
    /// <summary>Fields of its state.</summary>
    internal const int Fields = 2;

    /// <summary>Rounds.</summary>
    internal long Count { get; private set; }

    /// <summary>Σ cost.</summary>
    internal double Costs { get; private set; }

    /// <summary>Counts a round.</summary>
    internal void Add(double cost)
    {
        Count++;
        Costs += cost;
    }

    internal readonly void Save(ref MessagePackWriter writer)
    {
        writer.Write(Count);
        writer.Write(Costs);
    }

    internal static BanditRounds Load(ref MessagePackReader reader)
    {
        var rounds = new BanditRounds { Count = reader.ReadInt64(), Costs = reader.ReadFinite() };
        StateFormat.Require(rounds.Count >= 0 && rounds.Costs >= 0 && rounds.Costs <= rounds.Count * (1 + 1e-6), "rounds have cost more than 1 each");
        return rounds;
    }
}
