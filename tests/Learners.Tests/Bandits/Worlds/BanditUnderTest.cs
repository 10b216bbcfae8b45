using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Bandits.Exploration;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Bandits.Worlds;

/// <summary>A learner with who draws for it.</summary>
internal sealed class BanditUnderTest(IBanditLearner learner, ulong seed = 11)
{
    private readonly Xoshiro256 _random = new(seed);

    internal IBanditLearner Learner => learner;

    internal double[] Costs { get; } = new double[BanditTask.MostActions];

    internal double[] Probabilities { get; } = new double[BanditTask.MostActions];

    internal static BanditUnderTest Create(string kind, BanditTask task, params (string Name, string Value)[] settings) =>
        new(Learn(kind, task, settings.ToDictionary(setting => setting.Name, setting => setting.Value)));

    internal static IBanditLearner Learn(string kind, BanditTask task, IReadOnlyDictionary<string, string> settings, ulong seed = 5) =>
        BanditCatalog.Find(kind)!.Create(task, new OptionSet("learner", settings), seed, new FleetWorkspaces());

    /// <summary>Decides, draws, learns; what it has cost.</summary>
    internal double Play(BanditRound round)
    {
        var action = Decide(round);
        Learner.Learn(round.Context, action, Probabilities[action], round.Costs[action]);
        return round.Costs[action];
    }

    /// <summary>Decides and draws.</summary>
    internal int Decide(BanditRound round)
    {
        Learner.Decide(round.Context, Costs.AsSpan(0, round.Actions), Probabilities.AsSpan(0, round.Actions));
        return ActionSampler.Draw(Probabilities.AsSpan(0, round.Actions), _random);
    }

    internal double Play(IEnumerable<BanditRound> rounds) => rounds.Sum(Play);

    internal byte[] Save()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Learner.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Loads as owners do: what reading damaged bytes throws is a refusal.</summary>
    internal void Load(byte[] state)
    {
        try
        {
            var reader = new MessagePackReader(state);
            Learner.Load(ref reader);
            StateFormat.Require(reader.End, "bytes are left over");
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException(exception.Message);
        }
    }
}
