using MessagePack;
using StreamLearn.Learners.Drift;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Tests.Forecasting;

/// <summary>Last-value that writes down what it is told, in the order in which it is told.</summary>
internal sealed class ReactingForecaster(List<string> log) : IForecaster, IReactsToDrift
{
    private double _last;

    /// <summary>The learner, as a catalogue would name it.</summary>
    internal static LearnerChoice Choice(List<string> log) => new(
        new ForecasterRegistration(
            "reacting", "for tests", new Dictionary<string, string>(), (_, _, _, _) => new ReactingForecaster(log))
        {
            Reactions = [DriftReaction.ResetOptimizer, DriftReaction.Refit],
        },
        OptionSet.Defaults);

    public LearnOutcome Learn(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _last = observation[0];
        log.Add("learn");
        return LearnOutcome.Learned;
    }

    public void Observe(ReadOnlySpan<double> observation, double elapsed = 1)
    {
        _last = observation[0];
        log.Add("observe");
    }

    public void React(DriftReaction reaction) => log.Add(reaction.Text());

    public void Skip(long steps) => log.Add("skip");

    public void Predict(Span<double> forecasts) => forecasts.Fill(_last);

    public void KeepGood()
    {
    }

    public void ReturnToGood()
    {
    }

    public void Save(ref MessagePackWriter writer) => writer.Write(_last);

    public void Load(ref MessagePackReader reader) => _last = reader.ReadDouble();
}
