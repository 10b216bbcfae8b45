using System.Diagnostics;

namespace StreamLearn.Bench.Programs;

/// <summary>A command of <c>streamlearn</c> as a process of its own, so that its work is not the benchmark's, or so that it starts cold.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int MostLines = 20;

    private readonly Process _process;
    private readonly Queue<string> _said = new();
    private readonly TaskCompletionSource<long> _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProgram(Process process, string? awaited)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Hear(line.Data, awaited);
        process.BeginErrorReadLine();
    }

    /// <summary>The timestamp when it said, on standard error, what is awaited.</summary>
    internal Task<long> Said => _awaited.Task;

    /// <summary>Its process.</summary>
    internal int Id => _process.Id;

    /// <summary>User and system time so far.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    internal TimeSpan ProcessorTime
    {
        get
        {
            if (_process.HasExited)
            {
                throw Ended();
            }

            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="awaited">A text in the awaited line; null: none is.</param>
    /// <param name="arguments">The command line.</param>
    internal static ChildProgram Start(string? awaited, params IEnumerable<string> arguments) => Start(awaited, new Dictionary<string, string>(), arguments);

    /// <param name="awaited">A text in the awaited line; null: none is.</param>
    /// <param name="environment">Environment variables that it has besides ours.</param>
    /// <param name="arguments">The command line.</param>
    internal static ChildProgram Start(string? awaited, IReadOnlyDictionary<string, string> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "StreamLearn.Cli.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProgram(Process.Start(start) ?? throw new InvalidOperationException("The program did not start."), awaited);
    }

    /// <summary>The next line of its standard output.</summary>
    internal async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw Ended();

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(string? line, string? awaited)
    {
        if (line is null)
        {
            _awaited.TrySetException(Ended());
            return;
        }

        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > MostLines)
            {
                _said.Dequeue();
            }
        }

        if (awaited is not null && line.Contains(awaited, StringComparison.Ordinal))
        {
            _awaited.TrySetResult(TimeProvider.System.GetTimestamp());
        }
    }

    private InvalidOperationException Ended()
    {
        lock (_said)
        {
            return new InvalidOperationException($"The program ended early; it said: {string.Join(" | ", _said)}");
        }
    }
}
