using StreamLearn.Learners.Language.NGrams;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>The counts against the formula written with dictionaries, and their bounds.</summary>
public sealed class NGramTests
{
    private const int Vocabulary = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Given_any_text_When_probabilities_are_compared_Then_they_are_those_of_the_formula_and_add_up_to_1(int order)
    {
        var counts = new NGramCounts(order, Vocabulary, 100_000);
        var reference = new Dictionary<string, Dictionary<int, int>>();
        var random = new Random(2);
        int[] text = [.. Enumerable.Range(0, 400).Select(place => place % 3 == 0 ? random.Next(Vocabulary) : place % Vocabulary)];
        for (var place = 0; place < text.Length; place++)
        {
            var sum = 0.0;
            for (var token = 0; token < Vocabulary; token++)
            {
                int[] other = [.. text[..place], token];
                var probability = counts.Probability(other, place);
                Assert.Equal(Expected(reference, other, place, order), probability, 1e-12);
                sum += probability;
            }

            Assert.Equal(1, sum, 1e-12);
            counts.Add(text, place);
            for (var length = 0; length < order && length <= place; length++)
            {
                var after = reference.TryGetValue(Context(text, place, length), out var known) ? known : reference[Context(text, place, length)] = [];
                after[text[place]] = after.GetValueOrDefault(text[place]) + 1;
            }
        }
    }

    [Fact]
    public void Given_more_than_may_be_kept_When_it_is_counted_Then_entries_stay_bounded_and_probabilities_stay_probabilities()
    {
        const int Most = 300;
        var counts = new NGramCounts(3, 256, Most);
        var random = new Random(4);
        int[] text = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(256))];
        for (var place = 0; place < text.Length; place++)
        {
            Assert.InRange(counts.Probability(text, place), double.Epsilon, 1);
            counts.Add(text, place);
            Assert.InRange(counts.Entries, 1, Most);
        }
    }

    private static string Context(int[] text, int place, int length) => $"{length}:{string.Join(',', text[(place - length)..place])}";

    private static double Expected(Dictionary<string, Dictionary<int, int>> reference, int[] text, int place, int order)
    {
        var probability = 1.0 / Vocabulary;
        for (var length = 0; length < order && length <= place; length++)
        {
            if (reference.TryGetValue(Context(text, place, length), out var after))
            {
                probability = (after.GetValueOrDefault(text[place]) + (after.Count * probability)) / (after.Values.Sum() + after.Count);
            }
        }

        return probability;
    }
}
