using FsCheck.Xunit;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Joining;

namespace StreamLearn.Learners.Tests.Bandits.Joining;

/// <summary>The live join survives reordered, duplicated and lost rewards: it does what a simple model says.</summary>
public sealed class LiveJoinTests
{
    [Property(MaxTest = 500)]
    public void Given_any_records_in_any_order_When_they_are_joined_Then_all_is_as_the_model_says(int settings, int[] steps)
    {
        var run = new JoinRun(settings);
        foreach (var step in steps)
        {
            run.Step(step);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_thousands_of_random_scripts_When_they_are_joined_Then_all_is_as_the_model_says(int seed)
    {
        var random = new Random(seed);
        var total = default(JoinCounts);
        for (var script = 0; script < 1000; script++)
        {
            var settings = random.Next();
            var run = new JoinRun(settings);
            var steps = Enumerable.Range(0, random.Next(5, 120)).Select(_ => random.Next()).ToArray();
            for (var i = 0; i < steps.Length; i++)
            {
                try
                {
                    run.Step(steps[i]);
                }
                catch (Exception failure)
                {
                    Assert.Fail($"script {script}, settings {settings} ({run}), step {i}: {failure}");
                }
            }

            total += run.Counts;
        }

        // Everything has happened, often.
        long[] counts =
        [
            total.Joined, total.Missing, total.Overflowed, total.Duplicates, total.DuplicateDecisions, total.Late, total.Held, total.Unknown,
        ];
        Assert.All(counts, count => Assert.True(count > 250, $"{total}"));
    }
}
