using StreamLearn.Learners.Drift;

namespace StreamLearn.Learners.Tests.Drift;

public sealed class CoolingDetectorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1000)]
    public void Given_alarms_close_to_each_other_When_one_is_given_Then_those_within_the_cool_down_are_not(int coolDown)
    {
        // Finds much: a new window every few dozen values.
        static KswinDetector Nervous() => new(new KswinOptions { Window = 40, StatWindow = 20, Alpha = 0.3 }, 1);
        var values = DetectorUnderTest.Steps(5000);
        var expected = new List<int>();
        foreach (var alarm in Nervous().Alarms(values))
        {
            if (expected.Count == 0 || alarm > expected[^1] + coolDown)
            {
                expected.Add(alarm);
            }
        }

        Assert.Equal(expected, new CoolingDetector(Nervous(), coolDown).Alarms(values));
        Assert.True(expected.Count > 3, $"{expected.Count} alarms.");
    }
}
