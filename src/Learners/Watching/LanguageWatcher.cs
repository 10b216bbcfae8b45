using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Watching;

/// <summary>Sees a key of a language pipeline whose texts are scored one by one: how long each is, and how it was foreseen. Of others there is nothing to see.</summary>
public sealed class LanguageWatcher : KeyWatcher
{
    /// <summary>Tokens of the text, its end included.</summary>
    public const int Tokens = 0;

    /// <summary>Its perplexity.</summary>
    public const int Perplexity = 1;

    internal LanguageWatcher()
    {
    }

    /// <inheritdoc/>
    public override int Width => 2;

    /// <inheritdoc/>
    public override bool See(ExampleBatch examples, int row, PredictionBatch predictions, int answer, Span<double> numbers)
    {
        if (predictions.Statuses[answer] != ExampleStatus.Predicted || predictions.List(answer) is not { Length: 2 } score)
        {
            return false;
        }

        score.CopyTo(numbers);
        return true;
    }
}
