using StreamLearn.Learners.Language;

namespace StreamLearn.Learners.Tests.Language;

/// <summary>Scores since the start, over a window, and fading, on numbers that can be added by hand.</summary>
public sealed class LossViewsTests
{
    [Fact]
    public void Given_losses_When_they_are_added_Then_older_ones_fade_by_tokens_and_leave_the_window_by_quarters()
    {
        var scoring = new LanguageScoring { Window = 8, Fading = 0.5 };
        var views = new LossViews();
        for (var i = 1; i <= 6; i++)
        {
            views.Add(new LossSums(i, 2, 1), scoring);
        }

        Assert.Equal(new LossSums(21, 12, 6), views.Total);

        // A quarter holds two tokens: the last four losses are left.
        Assert.Equal(new LossSums(3 + 4 + 5 + 6, 8, 4), views.Window);

        // Two tokens later a loss counts a quarter; of two tokens the first one counts half.
        var (nats, weight) = (0.0, 0.0);
        for (var i = 1; i <= 6; i++)
        {
            (nats, weight) = ((nats / 4) + (0.75 * i), (weight / 4) + 0.75);
        }

        Assert.Equal(nats, views.Fading.Nats, 1e-12);
        Assert.Equal(2 * weight, views.Fading.Tokens, 1e-12);
        Assert.Equal(Math.Exp(nats / (2 * weight)), views.Fading.Perplexity, 1e-12);
        Assert.Equal(21 / Math.Log(2) / 6, views.Total.BitsPerByte, 1e-12);
    }

    [Fact]
    public void Given_a_text_When_it_is_scored_in_one_piece_or_in_many_Then_it_fades_alike()
    {
        var scoring = new LanguageScoring { Window = 100_000, Fading = 0.9999 };
        var (whole, cut) = (new LossViews(), new LossViews());
        foreach (var loss in new[] { 3.0, 1.5 })
        {
            whole.Add(new LossSums(20_000 * loss, 20_000, 20_000), scoring);
            for (var piece = 0; piece < 200; piece++)
            {
                cut.Add(new LossSums(100 * loss, 100, 100), scoring);
            }
        }

        Assert.Equal(cut.Fading.Nats, whole.Fading.Nats, 1e-6 * cut.Fading.Nats);
        Assert.Equal(cut.Fading.Tokens, whole.Fading.Tokens, 1e-6 * cut.Fading.Tokens);
        Assert.Equal(10_000, whole.Fading.Tokens, 300.0);
    }
}
