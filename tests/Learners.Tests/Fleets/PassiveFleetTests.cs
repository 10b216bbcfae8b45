using System.Buffers;
using System.Text;
using MessagePack;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Bandits;
using StreamLearn.Learners.Tests.Examples;
using StreamLearn.Learners.Tests.Forecasting;

namespace StreamLearn.Learners.Tests.Fleets;

/// <summary>Keys whose learners are not in memory, against a fleet that keeps them all there.</summary>
public sealed class PassiveFleetTests
{
    private const long Start = 1_700_000_000_000;
    private const long Minute = 60_000;

    private static readonly ForecastPlan Forecasts = new(
        new ForecastTask { StepMilliseconds = Minute, Horizons = [1, 3] },
        [SeriesRun.Learner("recursive-least-squares", ("lags", "3")), SeriesRun.Learner("liquid"), SeriesRun.Learner("seasonal-last-value", ("period", "6"))],
        seed: 1, maxKeys: 1000);

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 1000)]
    [InlineData(3, 7)]
    [InlineData(4, 7)]
    [InlineData(5, 3)]
    public void Given_forecasts_when_learners_come_and_go_then_nothing_that_can_be_seen_changes(int seed, int maxKeys)
    {
        var random = new Random(seed);
        var feed = new Feed(1);
        for (var record = 0; record < 600; record++)
        {
            // A key is used for a while, then hardly; some records are late, and change nothing.
            var key = $"key-{((record / 60) + random.Next(random.Next(4) == 0 ? 12 : 3)) % 12}";
            var late = random.Next(15) == 0 ? 100 * Minute : 0;
            _ = random.Next(40) == 0 ? feed.Forget(key) : feed.Add(key, Start + (record * Minute) - late, 100 + (10 * Math.Sin(record * 0.7)) + random.NextDouble());
        }

        Compare(Forecasts, maxKeys, feed.Batches(Cuts(random, feed.Count)), random);
    }

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(2, 5)]
    [InlineData(3, 5)]
    public void Given_decisions_when_learners_come_and_go_then_nothing_that_can_be_seen_changes(int seed, int maxKeys)
    {
        var random = new Random(seed);
        var plan = new BanditPlan(
            BanditStream.Fixed,
            [.. ((string[])["neu-fast-cb", "linear-square-cb", "uniform"]).Select(kind => LearnerChoice.Named("bandit", kind))], seed: 1, maxKeys: 1000);
        var feed = new BanditFeed();
        var contexts = new Xoshiro256((ulong)seed);
        var decided = new List<(string Key, string Id)>();
        for (var record = 0; record < 500; record++)
        {
            var (key, time) = ($"key-{((record / 60) + random.Next(random.Next(4) == 0 ? 12 : 3)) % 12}", Start + (record * 1000L));
            switch (random.Next(20))
            {
                case 0:
                    // Nothing that a record can be: it changes nothing.
                    feed.Add(key, time, [9]);
                    break;
                case 1:
                    feed.Forget(key);
                    break;
                case < 9 when decided.Count > 0:
                    var (of, id) = decided[random.Next(Math.Max(0, decided.Count - 10), decided.Count)];
                    feed.Feedback(of, time, id, random.NextDouble());
                    break;
                default:
                    decided.Add((key, $"{record}"));
                    feed.Context(key, time, $"{record}", BanditStream.Context(plan.Task, contexts));
                    break;
            }
        }

        Compare(plan, maxKeys, feed.Batches(Cuts(random, feed.Count)), random);
    }

    [Fact]
    public void Given_too_little_memory_when_learners_are_let_go_then_those_that_came_back_for_nothing_go_first_then_those_idle_longest_and_none_that_changed()
    {
        var fleet = Forecasts.CreateFleet(1000);
        var feed = new Feed(1);
        foreach (var (key, record) in ((string[])["a", "b", "c", "d"]).Select((key, record) => (key, record)))
        {
            feed.Add(key, Start + (record * Minute), record);
        }

        feed.Add("a", Start + (4 * Minute), 1).Add("e", Start + (5 * Minute), 1);
        Process(fleet, feed.Batch(0, 4));
        var stored = Store(fleet);
        Process(fleet, feed.Batch(4, 5));

        fleet.Passivate(1);
        Assert.Equal(["b"], Passive(fleet));
        fleet.Passivate(1);
        Assert.Equal(["b", "c"], Passive(fleet));
        fleet.Wake("b"u8, stored["b"]);
        fleet.Wake("c"u8, stored["c"]);
        fleet.Wake("c"u8, stored["b"]);
        fleet.Passivate(1);
        Assert.Equal(["b"], Passive(fleet));

        // A new key counts as much as the state that was handled last.
        Process(fleet, feed.Batch(5, 6));
        fleet.Passivate(long.MaxValue);
        Assert.Equal(["b", "c", "d"], Passive(fleet));
        Assert.Equal(stored["a"].Length + stored["c"].Length, fleet.ResidentBytes);
        Assert.Equal((5, 3), (fleet.Keys, fleet.PassiveKeys));
    }

    [Fact]
    public void Given_learners_that_are_not_in_memory_when_somebody_asks_for_them_then_it_is_an_error_and_nothing_is_made_up()
    {
        var fleet = Forecasts.CreateFleet(1000);
        var feed = new Feed(1).Add("a", Start, 1).Add("a", Start + Minute, 2);
        Process(fleet, feed.Batch(0, 1));
        var stored = Store(fleet);
        fleet.Passivate(1);

        Assert.Throws<InvalidOperationException>(() => Process(fleet, feed.Batch(1, 2)));
        Assert.Throws<InvalidOperationException>(() => fleet.Report());
        Assert.Throws<InvalidOperationException>(() => fleet.SaveKey("a"u8, new ArrayBufferWriter<byte>()));
        Assert.Throws<StateFormatException>(() => fleet.Wake("a"u8, stored["a"].AsMemory(0, stored["a"].Length - 1)));
        Assert.Equal((1, 1, 0L), (fleet.Keys, fleet.PassiveKeys, fleet.ResidentBytes));
        Assert.Empty(fleet.TakeChanges());

        Process(fleet, new Feed(1).Forget("a").Batch());
        Assert.Equal((0, 0, 0L), (fleet.Keys, fleet.PassiveKeys, fleet.ResidentBytes));
        Assert.Equal("a", Encoding.UTF8.GetString(Assert.Single(fleet.TakeChanges())));
    }

    [Fact]
    public void Given_all_learners_in_memory_when_it_is_asked_which_are_not_then_nothing_is_allocated()
    {
        var fleet = Forecasts.CreateFleet(1000);
        var batch = new Feed(1).Add("a", Start, 1).Add("b", Start, 1).Batch();
        Process(fleet, batch);
        Assert.Empty(fleet.PassiveAmong(batch, 0));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 100; time++)
        {
            _ = fleet.PassiveAmong(batch, 0);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static IEnumerable<int> Cuts(Random random, int rows) => [.. Enumerable.Range(1, rows - 1).Where(_ => random.Next(4) == 0)];

    /// <summary>Saves that succeed or do not, new lives, reports of pages, and learners that leave and come back, needed or not.</summary>
    private static void Compare(LearnerPlan plan, int maxKeys, IEnumerable<ExampleBatch> batches, Random random)
    {
        var stored = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var (free, tight) = (plan.CreateFleet(maxKeys), plan.CreateFleet(maxKeys));
        var (woken, evicted) = (0, 0);
        foreach (var batch in batches)
        {
            if (random.Next(3) == 0 && Save() && random.Next(6) == 0)
            {
                Restart();
            }

            if (random.Next(2) == 0)
            {
                tight.Passivate(random.Next(1, 20_000));
            }

            if (random.Next(4) == 0)
            {
                var (skip, take) = (random.Next(4), random.Next(1, 9));
                Assert.Equal(free.Report(skip, take).Select(Bits), tight.Report(skip, take, StatesOf(tight.PassiveAmong(skip, take))).Select(Bits));
            }

            if (random.Next(4) == 0 && tight.PassiveAmong(0, 3) is { Count: > 0 } others)
            {
                Wake(others);
            }

            var needed = tight.PassiveAmong(batch, 0);
            woken += needed.Count;
            Wake(needed);
            var expected = Process(free, batch);
            evicted += expected.Evictions.Count;
            Assert.Equal(Bits(expected), Bits(Process(tight, batch)));
            Assert.Equal(free.Keys, tight.Keys);
        }

        Assert.Equal(free.Report().Select(Bits), tight.Report(0, int.MaxValue, StatesOf(tight.PassiveAmong(0, int.MaxValue))).Select(Bits));
        Assert.True(woken >= 10, $"{woken} keys came back.");
        Assert.Equal(maxKeys < 1000, evicted > 0);

        bool Save()
        {
            var changed = free.TakeChanges();
            Assert.Equal(changed, tight.TakeChanges());
            var states = changed.Select(key => free.Contains(key) ? State(free, key) : null).ToArray();
            foreach (var (key, state) in changed.Zip(states))
            {
                Assert.Equal(state is not null, tight.Contains(key));
                if (state is not null)
                {
                    Assert.Equal(state, State(tight, key));
                    tight.Saved(key, state.Length);
                }
            }

            if (random.Next(4) == 0)
            {
                free.ReturnChanges(changed);
                tight.ReturnChanges(changed);
                return false;
            }

            foreach (var (key, state) in changed.Zip(states))
            {
                _ = state is null ? stored.Remove(Convert.ToHexString(key)) : (stored[Convert.ToHexString(key)] = state) is null;
            }

            var passive = tight.PassiveAmong(0, int.MaxValue).Select(key => Convert.ToHexString(key)).ToHashSet();
            Assert.Equal(stored.Where(key => !passive.Contains(key.Key)).Sum(key => key.Value.Length), tight.ResidentBytes);
            Assert.Equal((stored.Count, passive.Count), (tight.Keys, tight.PassiveKeys));
            return true;
        }

        void Restart()
        {
            (free, tight) = (plan.CreateFleet(maxKeys), plan.CreateFleet(maxKeys));
            foreach (var (hex, state) in stored)
            {
                var key = Convert.FromHexString(hex);
                free.LoadKey(key, state);
                if (random.Next(2) == 0)
                {
                    tight.LoadKey(key, state);
                }
                else
                {
                    tight.AddPassive(key, state);
                }
            }
        }

        void Wake(IReadOnlyList<byte[]> keys)
        {
            foreach (var key in keys)
            {
                tight.Wake(key, stored[Convert.ToHexString(key)]);
            }
        }

        Dictionary<byte[], byte[]> StatesOf(IReadOnlyList<byte[]> keys) => keys.ToDictionary(key => key, key => stored[Convert.ToHexString(key)]);
    }

    private static PredictionBatch Process(ILearnerFleet fleet, ExampleBatch batch)
    {
        var predictions = PredictionBatch.Allocate(batch.Count, fleet.PredictionWidth);
        fleet.Process(batch, 0, predictions);
        return predictions;
    }

    /// <summary>All that has changed, as a bucket stores it.</summary>
    private static Dictionary<string, byte[]> Store(ILearnerFleet fleet)
    {
        var states = new Dictionary<string, byte[]>();
        foreach (var key in fleet.TakeChanges())
        {
            var state = states[Encoding.UTF8.GetString(key)] = State(fleet, key);
            fleet.Saved(key, state.Length);
        }

        return states;
    }

    private static byte[] State(ILearnerFleet fleet, byte[] key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fleet.SaveKey(key, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static IEnumerable<string> Passive(ILearnerFleet fleet) => fleet.PassiveAmong(0, int.MaxValue).Select(key => Encoding.UTF8.GetString(key));

    private static string Bits<T>(T value) => Convert.ToHexString(MessagePackSerializer.Serialize(value));
}
