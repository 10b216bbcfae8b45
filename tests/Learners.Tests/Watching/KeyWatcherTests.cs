using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Examples;
using StreamLearn.Learners.Tests.Forecasting;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Learners.Tests.Watching;

/// <summary>What is seen of a key, against what its learners say of themselves.</summary>
public sealed class KeyWatcherTests
{
    private const long Step = 60_000;

    [Fact]
    public void Given_a_counter_When_its_readings_go_by_Then_the_values_seen_are_the_rates_that_are_learned_from_the_second_reading_on()
    {
        var task = new ForecastTask { Horizons = [1, 2], StepMilliseconds = Step, Counter = new CounterOptions(ValueKind.Counter32) { Scale = 8, MaxRate = 1e9 } };
        var plan = new ForecastPlan(task, [SeriesRun.Learner("last-value")], 1, 10);
        var fleet = plan.CreateFleet(10);
        var watcher = plan.CreateWatcher();
        var feed = new Feed(1).Read("a", 0, uint.MaxValue - 100).Read("a", Step, uint.MaxValue - 40).Read("a", Step, 7).Read("a", 3 * Step, 140).Read("a", 4 * Step, 150);
        var batch = feed.Batch();
        var numbers = new double[watcher.Width];
        var seen = new List<double>();
        for (var row = 0; row < batch.Count; row++)
        {
            var one = feed.Batch(row, row + 1);
            var answer = Process(fleet, one);
            if (watcher.See(one, 0, answer, 0, numbers))
            {
                seen.Add(numbers[0]);
                Assert.Equal(Stand(fleet, "a").Numbers[ForecastStanding.Value], numbers[0]);
                Assert.Equal(answer.Row(0).ToArray(), numbers[1..]);
            }
        }

        // The first has no rate, the third is late; the counter wraps before the fourth: 60, 181 and 10 of them in one, two and one minutes.
        Assert.Equal(3, seen.Count);
        Assert.Equal(8 * 60 / 60.0, seen[0], 9);
        Assert.Equal(8 * 181 / 120.0, seen[1], 9);
        Assert.Equal(8 * 10 / 60.0, seen[2], 9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Given_decisions_and_feedback_When_they_go_by_Then_what_is_seen_adds_up_to_what_the_learners_have_counted(bool hasFixedActions)
    {
        var task = (hasFixedActions ? BanditStream.Fixed : BanditStream.PerContext) with { Join = new JoinOptions { TimeToLiveMilliseconds = 1_000_000, MaxPending = 5000 } };
        var plan = new BanditPlan(task, [LearnerChoice.Named("bandit", "linear-square-cb")], 1, 10);
        var fleet = plan.CreateFleet(10);
        var watcher = plan.CreateWatcher();
        var batch = BanditStream.Of(task, ["a"], 300).Batch();
        var answers = Process(fleet, batch);
        var numbers = new double[watcher.Width];
        var (decisions, costs, sum) = (0, 0, 0.0);
        for (var row = 0; row < batch.Count; row++)
        {
            if (!watcher.See(batch, row, answers, row, numbers))
            {
                continue;
            }

            if (answers.Statuses[row] == ExampleStatus.Predicted)
            {
                decisions++;
                var said = answers.List(row);
                Assert.Equal((said[0], said[1 + (int)said[0]]), (numbers[BanditWatcher.Action], numbers[BanditWatcher.Probability]));
                Assert.True(double.IsNaN(numbers[BanditWatcher.Cost]), "A decision has no cost yet.");
            }
            else
            {
                costs++;
                sum += numbers[BanditWatcher.Cost];
            }
        }

        var standing = Stand(fleet, "a").Numbers;
        Assert.True(decisions > 200 && costs > 100, $"{decisions} decisions and {costs} costs; expected more to look at.");
        Assert.Equal(decisions, standing[BanditStanding.Decisions]);

        // Feedback that had come before its decision is learned with it.
        var joinedLater = (int)standing[BanditStanding.Learned] - costs;
        Assert.InRange(joinedLater, 0, answers.Statuses.Count(status => status == ExampleStatus.Held));
        Assert.InRange(sum, 0, costs);
    }

    [Fact]
    public void Given_keys_in_the_store_When_keys_are_looked_for_Then_they_are_found_by_their_names_and_how_they_stand_is_not_known()
    {
        var plan = new ForecastPlan(new ForecastTask { Horizons = [1], StepMilliseconds = Step }, [SeriesRun.Learner("last-value")], 1, 10);
        var fleet = plan.CreateFleet(10);
        Process(fleet, new Feed(1).Add("here", 0, 1).Add("there", 0, 2).Batch());
        var state = StoredFleet.SaveKey((ForecastFleet)fleet, "there");
        var other = plan.CreateFleet(10);
        other.AddPassive("there"u8, state);
        Process(other, new Feed(1).Add("here", 0, 1).Batch());

        var found = other.Find(new KeySearch("HERE", KeyOrder.Error, 10));

        Assert.Equal((2, 2), (found.Matching, found.Keys.Count));
        var passive = found.Keys.Single(key => Encoding.UTF8.GetString(key.Key) == "there");
        Assert.Equal((-1L, 0), (passive.Records, passive.Numbers.Length));
        Assert.Empty(other.Recent("there"u8, 10));
        Assert.Equal([1.0, 1, 1, 1], Assert.Single(other.Recent("here"u8, 10)).Numbers);
        Assert.Empty(other.Recent("nobody"u8, 10));
        Assert.Equal(1, other.PassiveKeys);
    }

    [Fact]
    public void Given_a_series_with_missing_steps_When_its_last_records_are_asked_for_Then_they_come_with_what_was_forecast_from_each_and_without_the_missing()
    {
        var plan = new ForecastPlan(new ForecastTask { Horizons = [1, 4], StepMilliseconds = Step }, [SeriesRun.Learner("recursive-least-squares")], 1, 10);
        var fleet = plan.CreateFleet(10);
        var feed = new Feed(1);
        for (var step = 0; step < 40; step++)
        {
            if (step != 37)
            {
                feed.Add("a", step * Step, 10 + Math.Sin(step));
            }
        }

        var batch = feed.Batch();
        var answers = Process(fleet, batch);

        var recent = fleet.Recent("a"u8, 100);

        // Rows 35, 36, 37, 38 are the steps 35, 36, 38, 39.
        Assert.Equal([35 * Step, 36 * Step, 38 * Step, 39 * Step], recent.Select(point => point.Time));
        Assert.All(recent.Select((point, i) => (point, Row: 35 + i)), one =>
            Assert.Equal([batch.Row(one.Row)[0], .. answers.Row(one.Row)], one.point.Numbers));
        Assert.Equal(recent.TakeLast(2).Select(point => point.Time), fleet.Recent("a"u8, 2).Select(point => point.Time));
    }

    private static KeyStanding Stand(ILearnerFleet fleet, string key) =>
        fleet.Find(new KeySearch("", KeyOrder.Name, 10)).Keys.Single(standing => Encoding.UTF8.GetString(standing.Key) == key);

    private static PredictionBatch Process(ILearnerFleet fleet, ExampleBatch batch)
    {
        var predictions = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
        fleet.Process(batch, 0, predictions);
        return predictions;
    }
}
