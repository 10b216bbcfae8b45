using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>
/// A learner that learns nothing but how many rounds there were, answers by that and the context, and writes down what it is asked and told. Every
/// learner that a registration makes writes into the same lists.
/// </summary>
/// <param name="taste">What makes two of them answer differently.</param>
/// <param name="learned">Receives what is learned.</param>
/// <param name="decided">Receives what is answered; null: nothing does.</param>
internal sealed class RecordingBandit(int taste, List<LearnedRound> learned, List<DecidedRound>? decided) : IBanditLearner
{
    private long _rounds;

    internal static LearnerChoice Choice(List<LearnedRound> learned, List<DecidedRound>? decided = null, int taste = 0) => new(
        new BanditRegistration(
            $"recording-{taste}", "writes down what it is asked and told", OptionSet.Texts(),
            (_, _, _, _) => new RecordingBandit(taste, learned, decided)),
        OptionSet.Defaults);

    /// <summary>Costs a little outside of [0, 1] too; probabilities of 0 for some of the actions that may be chosen.</summary>
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        var start = (int)(context.Shared[0] + _rounds + taste);
        var sum = 0.0;
        for (var action = 0; action < context.Actions; action++)
        {
            var mixed = ((start * 31) + (action * 17)) % 23;
            costs[action] = (mixed / 20.0) - 0.07;
            probabilities[action] = !context.IsAllowed(action) ? 0 : mixed % 4 == 0 && context.CountAllowed() > 1 ? 0 : 1 + (mixed % 3);
            sum += probabilities[action];
        }

        if (sum == 0)
        {
            for (var action = 0; action < context.Actions; action++)
            {
                probabilities[action] = context.IsAllowed(action) ? 1 : 0;
                sum += probabilities[action];
            }
        }

        foreach (ref var probability in probabilities)
        {
            probability /= sum;
        }

        decided?.Add(new DecidedRound(costs.ToArray(), probabilities.ToArray()));
    }

    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost)
    {
        _rounds++;
        learned.Add(new LearnedRound(ContextText.Of(context), action, probability, cost));
        return LearnOutcome.Learned;
    }

    public void KeepGood()
    {
    }

    public void ReturnToGood()
    {
    }

    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader("recording", 1, 1);
        writer.Write(_rounds);
    }

    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader("recording", 1, 1);
        _rounds = reader.ReadInt64();
        StateFormat.Require(_rounds >= 0, "rounds are negative");
    }
}
