using System.Text;
using System.Text.Json;
using StreamLearn.Cli.Chaos;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class JoinRecordsTests
{
    private const int Count = 4000;
    private const int Ahead = JoinRecords.Keys * JoinRecords.EarlySteps;
    private readonly BanditRecords _records = new(3);

    [Fact]
    public void Given_a_context_when_it_is_made_again_then_it_is_the_same_and_its_number_is_found_in_it()
    {
        Assert.All(Enumerable.Range(0, Count), number =>
        {
            var context = _records.Example(number);
            Assert.Equal(context.Value, new BanditRecords(3).Example(number).Value);
            Assert.Equal(number, JoinRecords.NumberOf(context.Value));
            Assert.Equal(JoinRecords.IsBad(number), context.Value![^1] != (byte)'}');
        });
        Assert.NotEqual(_records.Example(1).Value, new BanditRecords(4).Example(1).Value);
        Assert.Equal(-1, JoinRecords.NumberOf("{\"id\":\"x-d-1\"}"u8));
    }

    [Fact]
    public void Given_the_contexts_of_a_key_when_they_come_then_their_time_goes_on_and_stays_behind_the_clock()
    {
        var times = Enumerable.Range(0, 20).Select(step => Time(_records.Example((step * JoinRecords.Keys) + 2))).ToList();

        Assert.Equal(times.Order(), times);
        Assert.Equal(20, times.Distinct().Count());
        Assert.InRange(times[^1], 1, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Given_decisions_when_their_rewards_are_planned_then_some_are_lost_late_twice_early_or_of_nobody()
    {
        var rewards = Enumerable.Range(Ahead, Count).SelectMany(number => _records.OutcomesOf(number, "left").Select(planned => (number, planned.After, Id: Id(planned)))).ToList();
        var own = rewards.Where(reward => reward.Id == JoinRecords.IdOf(reward.number)).ToLookup(reward => reward.number);

        Assert.InRange(Count - own.Count, Count * 0.06, Count * 0.12);
        Assert.InRange(own.Count(found => found.Count() == 2), Count * 0.03, Count * 0.07);
        Assert.InRange(own.Count(found => found.Any(reward => reward.After > JoinRecords.Keys * JoinRecords.TimeToLive)), Count * 0.04, Count * 0.08);
        Assert.InRange(rewards.Count(reward => reward.Id.StartsWith("x-", StringComparison.Ordinal)), Count * 0.004, Count * 0.02);

        // Whose reward came early has no other one.
        var early = rewards.Where(reward => reward.Id == JoinRecords.IdOf(reward.number + Ahead)).Select(reward => reward.number + Ahead).ToList();
        Assert.InRange(early.Count, Count * 0.02, Count * 0.06);
        Assert.All(early, number => Assert.DoesNotContain(_records.OutcomesOf(number, "left"), planned => Id(planned) == JoinRecords.IdOf(number)));
    }

    [Fact]
    public void Given_a_decision_when_it_is_rewarded_then_by_its_action_within_the_range_and_the_same_each_time()
    {
        var number = Enumerable.Range(0, 100).First(number => _records.OutcomesOf(number, "left").Any());
        var rewards = BanditRecords.Actions.Select(action => Reward(_records.OutcomesOf(number, action).First())).ToList();

        Assert.All(rewards, reward => Assert.InRange(reward, 0, 1));
        Assert.Equal(3, rewards.Distinct().Count());
        Assert.Equal(rewards[1], Reward(new BanditRecords(3).OutcomesOf(number, "middle").First()));
    }

    [Fact]
    public void Given_features_when_their_labels_are_planned_then_all_classes_come_and_one_is_rare_and_the_same_each_time()
    {
        var records = new ClassifyRecords(3);
        var labels = Enumerable.Range(0, Count).SelectMany(number => records.OutcomesOf(number, "")).Select(planned => Field(planned.Record.Value!, "label").GetString()!).ToList();

        Assert.Equal(["down", "level", "odd", "up"], labels.Distinct().Order());
        Assert.InRange(labels.Count(label => label == "odd"), 1, labels.Count / 20);
        Assert.All(labels.Distinct().Where(label => label != "odd"), label => Assert.InRange(labels.Count(one => one == label), labels.Count / 6, labels.Count / 2));
        Assert.Equal(
            labels, Enumerable.Range(0, Count).SelectMany(number => new ClassifyRecords(3).OutcomesOf(number, "x")).Select(planned => Field(planned.Record.Value!, "label").GetString()!));
        Assert.Equal(records.Example(7).Value, _records.Example(7).Value);
    }

    private static string Id(PlannedOutcome planned) => Field(planned.Record.Value!, "id").GetString()!;

    private static double Reward(PlannedOutcome planned) => Field(planned.Record.Value!, "reward").GetDouble();

    private static long Time(StreamLearn.Streams.Kafka.OutputRecord context) => Field(context.Value!, "time").GetInt64();

    private static JsonElement Field(byte[] json, string name) => JsonDocument.Parse(Encoding.UTF8.GetString(json)).RootElement.GetProperty(name);
}
