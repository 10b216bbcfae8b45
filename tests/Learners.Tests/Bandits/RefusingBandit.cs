using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Fleets;

namespace StreamLearn.Learners.Tests.Bandits;

/// <summary>A learner that always takes the first action that it may, and cannot learn.</summary>
internal sealed class RefusingBandit : IBanditLearner
{
    public void Decide(in BanditContext context, Span<double> costs, Span<double> probabilities)
    {
        costs.Fill(0.5);
        probabilities.Clear();
        var first = 0;
        while (!context.IsAllowed(first))
        {
            first++;
        }

        probabilities[first] = 1;
    }

    public LearnOutcome Learn(in BanditContext context, int action, double probability, double cost) => LearnOutcome.Refused;

    public void KeepGood() => throw new InvalidOperationException("There is no good state.");

    public void ReturnToGood()
    {
    }

    public void Save(ref MessagePackWriter writer) => writer.WriteNil();

    public void Load(ref MessagePackReader reader) => reader.Skip();
}
