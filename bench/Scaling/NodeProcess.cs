using System.Globalization;
using StreamLearn.Bench.Programs;

namespace StreamLearn.Bench.Scaling;

/// <summary><c>streamlearn run</c> as a process of its own, a node of a cluster.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    // All code is compiled to its end when it is first called. Else each process would compile in the background for minutes, on processor time that no record has caused.
    private static readonly Dictionary<string, string> CompileAtOnce = new() { ["DOTNET_TieredCompilation"] = "0", ["DOTNET_ReadyToRun"] = "0" };

    private readonly ChildProgram _program;
    private MessageCounts? _counts;

    private NodeProcess(ChildProgram program, int port)
    {
        _program = program;
        Port = port;
    }

    /// <summary>Its cluster port.</summary>
    internal int Port { get; }

    /// <summary>User and system time so far.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    internal TimeSpan ProcessorTime => _program.ProcessorTime;

    /// <param name="config">The configuration's file.</param>
    /// <param name="roles">What the node does.</param>
    /// <param name="port">Its cluster port.</param>
    /// <param name="seed">The cluster port of the first node; null: it is alone.</param>
    internal static NodeProcess Start(string config, IReadOnlyList<string> roles, int port, int? seed) => new(
        ChildProgram.Start(
            $"running {ClusterRun.Pipeline} ",
            CompileAtOnce,
            [
                "run", "--config", config, "--host", "127.0.0.1", "--port", Text(port),
                .. roles.SelectMany(role => new[] { "--role", role }),
                .. seed is { } first ? new[] { "--seed-node", $"127.0.0.1:{Text(first)}" } : [],
            ]),
        port);

    /// <summary>Waits until it has joined its cluster and runs its pipelines.</summary>
    internal async Task RunsAsync(TimeSpan limit)
    {
        await _program.Said.WaitAsync(limit);
        _counts = await MessageCounts.StartAsync(_program.Id);
    }

    /// <summary>Messages, and their bytes, that have gone to other nodes.</summary>
    internal Task<(long Messages, long Bytes)> SentAsync() => _counts!.ReadAsync();

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        if (_counts is { } counts)
        {
            await counts.DisposeAsync();
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
