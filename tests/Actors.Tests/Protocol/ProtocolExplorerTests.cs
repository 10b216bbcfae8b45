using System.Diagnostics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Actors.Tests.Protocol.Exploration;
using Xunit.Abstractions;

namespace StreamLearn.Actors.Tests.Protocol;

public sealed class ProtocolExplorerTests(ITestOutputHelper output)
{
    [Fact]
    public void Scratch()
    {
        var setup = new ModelSetup { Log = [1, 0, 0, 1] };
        Measure("StoresMore", new ModelSetup { Log = [0, 0], Buckets = 1, MostInBatch = 1, ModelMutant = ModelMutant.BucketStoresMoreThanAsked, Faults = new ModelFaults { Repeats = 1, Restarts = 1 } });
        Measure("NoReload", new ModelSetup { Log = [0, 0, 0], Buckets = 1, MostInBatch = 1, MostInChunk = 1, Window = 1, ModelMutant = ModelMutant.NewOwnerWithoutReload, Faults = new ModelFaults { Restarts = 1 } });
        Measure("BigBatch", new ModelSetup { Log = [1, 0, 0, 0, 0, 1], MostInBatch = 5, MostInChunk = 1, Window = 1, Faults = new ModelFaults { Crashes = 1 } });
        foreach (var delivery in new[] { Delivery.AtLeastOnce, Delivery.ExactlyOnce })
        {
            var s = setup with { Delivery = delivery };
            var small = s with { Log = [1, 0, 0], MostInBatch = 1, MostOutgoing = 1 };
            Measure($"{delivery} none", s with { Log = [1, 0, 0, 1, 0] });
            Measure($"{delivery} damage", s with { Faults = new ModelFaults { Damages = 1 } });
            Measure($"{delivery} first 1", s with { First = 1, Log = [0, 1, 0, 0, 1], Faults = new ModelFaults { Crashes = 1 } });
            Measure($"{delivery} batch 1 restart", s with { MostInBatch = 1, Faults = new ModelFaults { Restarts = 1 } });
            Measure($"{delivery} crash+damage", s with { Log = [1, 0, 0], Faults = new ModelFaults { Crashes = 1, Damages = 1 } });
            Measure($"{delivery} crash+move", small with { Faults = new ModelFaults { Crashes = 1, Moves = 1 } });
            Measure($"{delivery} crash+crash", s with { Log = [1, 0, 0], Faults = new ModelFaults { Crashes = 2 } });
            Measure($"{delivery} move+move", small with { Faults = new ModelFaults { Moves = 2 } });
            Measure($"{delivery} storefail+crash", small with { Faults = new ModelFaults { Crashes = 1, StoreFailures = 1 } });
            Measure($"{delivery} restart+crash", small with { Faults = new ModelFaults { Crashes = 1, Restarts = 1 } });
            Measure($"{delivery} zombie", small with { Faults = new ModelFaults { Zombies = 1 } });
            Measure($"{delivery} zombie split", small with { Split = true, Faults = new ModelFaults { Zombies = 1 } });
            Measure($"{delivery} zombie split 2", small with { Split = true, MostInBatch = 2, Log = [1, 0], Faults = new ModelFaults { Zombies = 1, Crashes = 1 } });
            Measure($"{delivery} probe+crash", small with { Faults = new ModelFaults { Crashes = 1, Probes = 1 } });
        }
    }

    private void Measure(string name, ModelSetup setup)
    {
        var watch = Stopwatch.StartNew();
        string result;
        try { result = ProtocolSearch.Run(setup, withFairRuns: setup.Mutant == 0 && setup.ModelMutant == 0, 700_000).ToString(); } catch (InvalidOperationException e) { result = e.Message; }
        output.WriteLine($"{name}: {watch.Elapsed.TotalSeconds:0.0} s: {result}");
    }
}
