using System.Diagnostics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Actors.Tests.Protocol.Exploration;
using Xunit.Abstractions;

namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>Walks what can happen between ingests, buckets, store and topic over small logs.</summary>
public sealed class ProtocolExplorerTests(ITestOutputHelper output)
{
    private const int MostStates = 500_000;

    private static readonly ModelSetup Four = new() { Log = [1, 0, 0, 1] };
    private static readonly ModelSetup Three = new() { Log = [1, 0, 0], MostInBatch = 1, MostOutgoing = 1 };
    private static readonly ModelSetup Two = new() { Log = [1, 0], MostInBatch = 1, MostOutgoing = 1 };

    // A bucket can send the ingest back behind what another has not answered.
    private static readonly ModelSetup Wide = new() { Log = [0, 1, 1, 1], Window = 4, MostInBatch = 1, MostOutgoing = 1 };

    // With one bucket there is no order between buckets, and room for longer stories.
    private static readonly ModelSetup OneBucket = new() { Log = [0, 0, 0], Buckets = 1, MostInBatch = 1, MostOutgoing = 1 };

    // A batch of more records than a chunk may have.
    private static readonly ModelSetup LargeBatch = new()
    {
        Log = [1, 0, 0, 0, 0, 1], MostInBatch = 5, MostInChunk = 1, Window = 1, Faults = new ModelFaults { Crashes = 1 },
    };

    private static readonly Dictionary<string, (ModelSetup Setup, int LeastStates)> Searches = new()
    {
        ["no fault"] = (Four with { Log = [1, 0, 0, 1, 0] }, 5_000),
        ["a bucket crashes"] = (Four with { Faults = new ModelFaults { Crashes = 1 } }, 30_000),
        ["two buckets crash"] = (Four with { Log = [1, 0, 0], Faults = new ModelFaults { Crashes = 2 } }, 40_000),
        ["a message is lost"] = (Four with { Faults = new ModelFaults { Losses = 1 } }, 5_000),
        ["a message is lost, more are under way"] = (Wide with { Faults = new ModelFaults { Losses = 1 } }, 5_000),
        ["two messages are lost, more are under way"] = (Wide with { Faults = new ModelFaults { Losses = 2 } }, 10_000),
        ["two messages to a bucket are lost, more are under way"] =
            (OneBucket with { Window = 3, Faults = new ModelFaults { Losses = 2 } }, 1_000),
        ["a bucket crashes, more are under way"] = (Wide with { Faults = new ModelFaults { Crashes = 1 } }, 10_000),
        ["a message is lost, a bucket crashes"] = (Three with { Faults = new ModelFaults { Losses = 1, Crashes = 1 } }, 10_000),
        ["a bucket crashes, batches are larger than chunks"] = (LargeBatch, 50_000),
        ["a message comes twice"] = (Four with { Faults = new ModelFaults { Repeats = 1 } }, 20_000),
        ["the store fails"] = (Four with { Faults = new ModelFaults { StoreFailures = 1 } }, 15_000),
        ["the store fails, a bucket crashes"] =
            (Three with { Faults = new ModelFaults { StoreFailures = 1, Crashes = 1 } }, 50_000),
        ["a generation is damaged"] = (Four with { Faults = new ModelFaults { Damages = 1 } }, 5_000),
        ["a generation is damaged, a bucket crashes"] =
            (Four with { Log = [1, 0, 0], Faults = new ModelFaults { Damages = 1, Crashes = 1 } }, 20_000),
        ["the log begins later"] = (Four with { First = 1, Log = [0, 1, 0, 1], Faults = new ModelFaults { Crashes = 1 } }, 10_000),
        ["quiet buckets are asked, one crashes"] = (Three with { Faults = new ModelFaults { Probes = 1, Crashes = 1 } }, 30_000),
        ["a bucket moves, one crashes"] = (Two with { Faults = new ModelFaults { Moves = 1, Crashes = 1 } }, 10_000),
        ["a bucket moves there and back"] = (Two with { Faults = new ModelFaults { Moves = 2 } }, 10_000),
        ["a new owner"] = (Three with { Faults = new ModelFaults { Restarts = 1 } }, 10_000),
        ["a new owner, a bucket crashes"] = (Two with { Faults = new ModelFaults { Restarts = 1, Crashes = 1 } }, 20_000),
        ["two new owners"] = (OneBucket with { Faults = new ModelFaults { Restarts = 2 } }, 10_000),
        ["a new owner beside the old one"] = (Two with { Faults = new ModelFaults { Zombies = 1 } }, 20_000),
        ["a new owner with buckets of its own"] = (Two with { Split = true, Faults = new ModelFaults { Zombies = 1 } }, 20_000),
        ["a new owner with a bucket of its own, one crashes"] =
            (OneBucket with { Log = [0, 0], Split = true, Faults = new ModelFaults { Zombies = 1, Crashes = 1 } }, 20_000),
    };

    private static readonly Dictionary<string, ModelSetup> Mutants = new()
    {
        [nameof(ProtocolMutant.SkipRewind)] = Four with { Mutant = ProtocolMutant.SkipRewind, Faults = new ModelFaults { Crashes = 1 } },
        [nameof(ProtocolMutant.CommitBeforePersisted)] = Four with { Mutant = ProtocolMutant.CommitBeforePersisted },
        [nameof(ModelMutant.PersistedIsNotCompared)] = Four with { Faults = new ModelFaults { Crashes = 1 } },
        [nameof(ModelMutant.NewOwnerWithoutReload)] =
            OneBucket with { Window = 1, MostInChunk = 1, Faults = new ModelFaults { Restarts = 1 } },
        [nameof(ModelMutant.NoFencing)] = OneBucket with { Log = [0, 0], Split = true, Faults = new ModelFaults { Zombies = 1 } },
        [nameof(ModelMutant.BarrierBeforeDelivery)] = Four with { Faults = new ModelFaults { Restarts = 1 } },
        [nameof(ModelMutant.BucketStoresMoreThanAsked)] =
            OneBucket with { Log = [0, 0], Faults = new ModelFaults { Repeats = 1, Restarts = 1 } },
        [nameof(ModelMutant.BarrierWhileReadingAgain)] = Four with { Faults = new ModelFaults { Crashes = 1, Restarts = 1 } },
        [nameof(ModelMutant.WatermarkGoesBack)] =
            Three with { MostOutgoing = 2, Delivery = Delivery.ExactlyOnce, Faults = new ModelFaults { Crashes = 1, Restarts = 1 } },
        [nameof(ModelMutant.TwoGenerations)] = Four,
        [nameof(ModelMutant.NoRememberedAnswers)] = Four with { Faults = new ModelFaults { Losses = 1 } },
        [nameof(ModelMutant.RewindForgetsAnswersUnderWay)] =
            Wide with { Faults = new ModelFaults { Losses = 1 } },
        [nameof(ModelMutant.RemembersChunksInFlight)] = LargeBatch,
    };

    public static TheoryData<string, Delivery> AllSearches
    {
        get
        {
            var all = new TheoryData<string, Delivery>();
            foreach (var name in Searches.Keys)
            {
                all.Add(name, Delivery.AtLeastOnce);
                all.Add(name, Delivery.ExactlyOnce);
            }

            return all;
        }
    }

    public static TheoryData<string> AllMutants => [.. Mutants.Keys];

    [Theory]
    [MemberData(nameof(AllSearches))]
    public void Given_a_small_log_when_every_interleaving_is_walked_then_every_record_is_learned_once_in_order_and_no_prediction_is_lost(
        string name, Delivery delivery)
    {
        var (setup, leastStates) = Searches[name];
        var result = Search(name, setup with { Delivery = delivery }, withFairRuns: true);

        Assert.True(result.Violation is null, $"{name}, {delivery}: {result}");
        Assert.True(result.States >= leastStates, $"{name}, {delivery}: {result.States} states; expected {leastStates} at least.");
        Assert.True(result.Finished > 0, $"{name}, {delivery}: no fair run.");
    }

    [Theory]
    [MemberData(nameof(AllMutants))]
    public void Given_a_fault_in_the_protocol_when_every_interleaving_is_walked_then_it_is_found(string mutant)
    {
        var setup = Mutants[mutant] with { ModelMutant = Enum.TryParse<ModelMutant>(mutant, out var found) ? found : ModelMutant.None };
        var result = Search(mutant, setup, withFairRuns: false);

        Assert.True(result.Violation is not null, $"{mutant}: {result}");
    }

    [Theory]
    [InlineData(Delivery.AtLeastOnce)]
    [InlineData(Delivery.ExactlyOnce)]
    public void Given_many_faults_at_random_when_they_end_then_everything_is_learned_written_and_stored(Delivery delivery)
    {
        for (var seed = 0; seed < 10_000; seed++)
        {
            var random = new Random(seed);
            var buckets = random.Next(1, 4);
            var mostInChunk = random.Next(1, 4);
            var setup = new ModelSetup
            {
                Log = [.. Enumerable.Range(0, random.Next(4, 24)).Select(_ => random.Next(buckets))],
                Buckets = buckets,
                Window = random.Next(1, 5),
                MostInChunk = mostInChunk,
                MostInBatch = random.Next(1, mostInChunk + 1),
                First = random.Next(3),
                Delivery = delivery,
                Split = random.Next(2) == 0,
                Faults = Some(random),
            };
            try
            {
                ProtocolSearch.WalkAtRandom(setup, random, mostSteps: 40 + random.Next(200));
            }
            catch (Exception violation) when (violation is ProtocolViolationException or InvalidOperationException)
            {
                Assert.Fail($"Seed {seed}, {delivery}: {violation.Message}");
            }
        }
    }

    private static ModelFaults Some(Random random) => new()
    {
        Losses = random.Next(4),
        Repeats = random.Next(3),
        Crashes = random.Next(4),
        StoreFailures = random.Next(3),
        Restarts = random.Next(3),
        Zombies = random.Next(3),
        Damages = random.Next(2),
        Moves = random.Next(3),
        Probes = random.Next(3),
    };

    private SearchResult Search(string name, ModelSetup setup, bool withFairRuns)
    {
        var watch = Stopwatch.StartNew();
        var result = ProtocolSearch.Run(setup, withFairRuns, MostStates);
        output.WriteLine($"{name}, {setup.Delivery}, {watch.Elapsed.TotalSeconds:0.0} s: {result}");
        return result;
    }
}
