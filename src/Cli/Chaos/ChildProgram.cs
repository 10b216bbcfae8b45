using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace StreamLearn.Cli.Chaos;

/// <summary>The program <c>streamlearn</c> as a process of its own, that can be killed.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    // Linux's numbers.
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int MostLines = 200;

    // Of a line, in a report.
    private const int MostCharacters = 400;

    // What broker --control answers.
    private const string Carried = "ok";
    private const string Refused = "error: ";

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly List<(Func<string, bool> Is, TaskCompletionSource<string> Seen)> _awaited = [];
    private readonly Dictionary<string, int> _counted;
    private readonly Task _read;

    private ChildProgram(ProcessStartInfo start, IEnumerable<string> counted)
    {
        _counted = counted.ToDictionary(text => text, _ => 0);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The program could not be started.");
        _read = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>Whether it still runs.</summary>
    internal bool Runs => !_process.HasExited;

    /// <summary>Starts a command.</summary>
    /// <param name="counted">Texts whose lines are counted.</param>
    /// <param name="arguments">The command line.</param>
    internal static ChildProgram Start(IEnumerable<string> counted, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProgram).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NO_COLOR"] = "1";
        return new ChildProgram(start, counted);
    }

    /// <summary>Lines so far that contain a counted text.</summary>
    internal int Count(string text)
    {
        lock (_gate)
        {
            return _counted[text];
        }
    }

    /// <summary>Waits for a line that contains a text and comes after this call, or is among the last.</summary>
    internal Task<string> LineAsync(string text, TimeSpan limit, CancellationToken cancellation) =>
        LineAsync(line => line.Contains(text, StringComparison.Ordinal), $"with '{text}'", limit, cancellation);

    /// <summary>Says an order to <c>broker --control</c>, and waits until it is carried out.</summary>
    /// <exception cref="DrillException">It was refused, or there was no answer.</exception>
    internal async Task OrderAsync(string order, TimeSpan limit, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _lines.Clear();
        }

        await _process.StandardInput.WriteLineAsync(order.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        var answer = await LineAsync(
            line => line == Carried || line.StartsWith(Refused, StringComparison.Ordinal), $"that answers '{order}'", limit, cancellation);
        if (answer != Carried)
        {
            throw new DrillException($"the order '{order}' was answered '{answer}'; expected '{Carried}'");
        }
    }

    /// <summary><c>kill -9</c>, and waits for its end.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _read;
    }

    /// <summary><c>SIGSTOP</c>: it does nothing more until <see cref="Resume"/>; its connections stay.</summary>
    internal void Suspend() => _ = Kill(_process.Id, Stop);

    /// <summary><c>SIGCONT</c>.</summary>
    internal void Resume() => _ = Kill(_process.Id, Continue);

    /// <summary><c>SIGTERM</c>, and waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    internal async Task<int> StopAsync(TimeSpan limit)
    {
        _ = Kill(_process.Id, Terminate);
        try
        {
            await _process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new DrillException($"a process did not end within {limit.TotalSeconds:0} s of being told to; the last lines are: {Tail()}");
        }

        await _read;
        return _process.ExitCode;
    }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    internal async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync();
        await _read;
        return _process.ExitCode;
    }

    /// <summary>The last one of its last lines that begins with a text; null: there is none.</summary>
    internal string? Last(string beginning)
    {
        lock (_gate)
        {
            return _lines.LastOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal));
        }
    }

    /// <summary>Its last lines, in one.</summary>
    internal string Tail()
    {
        lock (_gate)
        {
            return string.Join(" | ", _lines.TakeLast(12).Select(line => line.Length <= MostCharacters ? line : line[..MostCharacters]));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private async Task<string> LineAsync(Func<string, bool> isIt, string what, TimeSpan limit, CancellationToken cancellation)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.FirstOrDefault(isIt) is { } already)
            {
                return already;
            }

            _awaited.Add((isIt, seen));
        }

        try
        {
            return await seen.Task.WaitAsync(limit, cancellation);
        }
        catch (TimeoutException)
        {
            throw new DrillException(string.Create(
                CultureInfo.InvariantCulture, $"no line {what} after {limit.TotalSeconds:0} s; the last lines are: {Tail()}"));
        }
        finally
        {
            lock (_gate)
            {
                _awaited.Remove((isIt, seen));
            }
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _lines.Enqueue(line);
                if (_lines.Count > MostLines)
                {
                    _lines.Dequeue();
                }

                foreach (var text in _counted.Keys.Where(text => line.Contains(text, StringComparison.Ordinal)).ToArray())
                {
                    _counted[text]++;
                }

                foreach (var (isIt, seen) in _awaited)
                {
                    if (isIt(line))
                    {
                        seen.TrySetResult(line);
                    }
                }
            }
        }
    }
}
