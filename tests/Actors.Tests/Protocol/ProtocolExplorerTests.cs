namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>Walks what can happen between an ingest and its buckets over small logs.</summary>
public sealed class ProtocolExplorerTests
{
    private const int MostSteps = 60;

    [Theory]
    [InlineData(1, 1, 0, 1, 0)]
    [InlineData(2, 1, 0, 1, 0)]
    [InlineData(2, 0, 1, 1, 0)]
    [InlineData(2, 0, 0, 2, 0)]
    [InlineData(2, 0, 0, 1, 1)]
    [InlineData(2, 1, 0, 0, 1)]
    public void Given_a_small_log_when_every_interleaving_is_walked_then_each_bucket_always_has_its_records_once_and_in_order(
        int mostInChunk, int losses, int repeats, int crashes, int newOwners)
    {
        int[] log = newOwners == 0 ? [1, 0, 0, 0, 1] : [1, 0, 0, 1];
        var faults = new ModelFaults(losses, repeats, crashes, newOwners);
        var seen = new HashSet<string>();
        var paths = new Stack<ModelEvent[]>();
        paths.Push([]);
        while (paths.TryPop(out var path))
        {
            foreach (var next in Replay(log, mostInChunk, faults, path).Possible())
            {
                // A model cannot be copied, as the protocol cannot: the way to it is walked again.
                var model = Replay(log, mostInChunk, faults, path);
                model.Do(next);
                Assert.True(path.Length < MostSteps, $"After {path.Length} steps it still goes on.");
                if (seen.Add(model.Fingerprint()))
                {
                    paths.Push([.. path, next]);
                }
            }
        }

        Assert.True(seen.Count > 1000, $"Only {seen.Count} states were walked.");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Given_random_faults_when_traffic_goes_on_without_them_then_in_the_end_everything_is_applied(int buckets)
    {
        var random = new Random(buckets);
        for (var walk = 0; walk < 1500; walk++)
        {
            var length = random.Next(3, 12);

            // The last record of each bucket shows one that has crashed after its last answer.
            int[] log = [.. Enumerable.Range(0, length).Select(_ => random.Next(buckets)), .. Enumerable.Range(0, buckets)];
            var model = new ProtocolModel(log, buckets, window: random.Next(1, 5), mostInChunk: random.Next(1, 4), new ModelFaults(3, 3, 2, 1));
            for (var step = 0; step < 60 && model.Position < length; step++)
            {
                var possible = model.Possible().ToArray();
                if (possible.Length == 0)
                {
                    break;
                }

                model.Do(possible[random.Next(possible.Length)]);
            }

            FinishFairly(model, log.Length, $"walk {walk}");
        }
    }

    /// <summary>No more faults: what is under way arrives, what has no answer is sent again, what is left is read.</summary>
    private static void FinishFairly(ProtocolModel model, int records, string name)
    {
        for (var step = 0; !model.IsDone || model.Applied < records; step++)
        {
            Assert.True(step < 5000, $"{name}: {model.Applied} of {records} records are applied after {step} fair steps: {model.Fingerprint()}");
            var fair = model.Possible()
                .Where(happening => happening.Kind is ModelEventKind.Deliver or ModelEventKind.Resend or ModelEventKind.Read)
                .OrderBy(happening => happening.Kind switch { ModelEventKind.Deliver => 0, ModelEventKind.Resend => 1, _ => 2 })
                .ToArray();
            if (fair.Length == 0)
            {
                break;
            }

            model.Do(fair[0]);
        }

        Assert.Equal(records, model.Applied);
    }

    private static ProtocolModel Replay(int[] log, int mostInChunk, ModelFaults faults, ModelEvent[] path)
    {
        var model = new ProtocolModel(log, buckets: 2, window: 2, mostInChunk, faults);
        foreach (var happening in path)
        {
            model.Do(happening);
        }

        return model;
    }
}
