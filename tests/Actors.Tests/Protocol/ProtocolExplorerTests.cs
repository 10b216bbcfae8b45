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
        var setup = new ModelSetup { Log = [1, 0, 0, 1], Faults = new ModelFaults { Crashes = 1 } };
        Measure("crash", setup);
        Measure("loss", setup with { Faults = new ModelFaults { Losses = 1 } });
        Measure("restart", setup with { Faults = new ModelFaults { Restarts = 1 } });
    }

    private void Measure(string name, ModelSetup setup)
    {
        var watch = Stopwatch.StartNew();
        string result;
        try { result = ProtocolSearch.Run(setup, 1_500_000).ToString(); } catch (InvalidOperationException e) { result = e.Message; }
        output.WriteLine($"{name}: {watch.Elapsed.TotalSeconds:0.0} s: {result}");
    }
}
