using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Watching;

/// <summary>Sees what comes of the records of one key. It looks at records and answers only, and so changes nothing of what is learned.</summary>
public abstract class KeyWatcher
{
    /// <summary>Numbers of a point. Forecast: the value, then {forecast, lower, upper end} for each horizon. Bandit: those of <see cref="BanditWatcher"/>. Classify and
    /// regress: those of <see cref="SupervisedWatcher"/>. Language: those of <see cref="LanguageWatcher"/>.</summary>
    public abstract int Width { get; }

    /// <summary>Looks at a record of the key. All of them must come by, in their order.</summary>
    /// <param name="examples">The records.</param>
    /// <param name="row">Its row.</param>
    /// <param name="predictions">The answers.</param>
    /// <param name="answer">Its row there.</param>
    /// <param name="numbers">Receives the point, <see cref="Width"/> numbers.</param>
    /// <returns>Whether there is one.</returns>
    public abstract bool See(ExampleBatch examples, int row, PredictionBatch predictions, int answer, Span<double> numbers);
}
