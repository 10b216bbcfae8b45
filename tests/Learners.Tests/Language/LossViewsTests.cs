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

        // Two tokens later a loss counts a quarter.
        var (nats, weight) = (0.0, 0.0);
        for (var i = 1; i <= 6; i++)
        {
            (nats, weight) = ((nats / 4) + i, (weight / 4) + 1);
        }

        Assert.Equal(nats, views.Fading.Nats, 1e-12);
        Assert.Equal(2 * weight, views.Fading.Tokens, 1e-12);
        Assert.Equal(Math.Exp(nats / (2 * weight)), views.Fading.Perplexity, 1e-12);
        Assert.Equal(21 / Math.Log(2) / 6, views.Total.BitsPerByte, 1e-12);
    }
}
