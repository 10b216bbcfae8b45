using System.Diagnostics;

namespace StreamLearn.Bench.Throughput;

/// <summary><c>streamlearn broker</c> as a process of its own, so that its work is not the benchmark's.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process, string bootstrapServers)
    {
        _process = process;
        BootstrapServers = bootstrapServers;
    }

    internal string BootstrapServers { get; }

    internal static async Task<BrokerProcess> StartAsync(IEnumerable<string> topics)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "StreamLearn.Cli.dll"));
        foreach (var argument in topics.SelectMany(topic => new[] { "--topic", topic }).Prepend("broker"))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The broker did not start.");
        var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The broker ended before it said its address.");
        return new BrokerProcess(process, address);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
