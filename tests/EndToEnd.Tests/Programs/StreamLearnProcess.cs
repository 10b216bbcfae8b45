using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>The program <c>streamlearn</c> as a process of its own.</summary>
internal sealed class StreamLearnProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongLimit = TimeSpan.FromMinutes(6);

    private readonly Process _process;
    private TimeSpan _limit = Limit;
    private readonly string _command;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly List<(string Text, TaskCompletionSource<string> Seen)> _awaited = [];

    private StreamLearnProcess(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        _command = $"streamlearn {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "StreamLearn.Cli.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal static StreamLearnProcess Start(params string[] arguments) => new(arguments);

    /// <summary>Starts with an environment variable.</summary>
    internal static StreamLearnProcess StartWith(string variable, string value, params string[] arguments) =>
        new(arguments, new Dictionary<string, string> { [variable] = value });

    internal bool HasEnded => _process.HasExited;

    /// <summary>Runs to the end.</summary>
    internal static async Task<ProgramResult> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        return await program.EndAsync();
    }

    /// <summary>Runs to the end of something that takes minutes.</summary>
    internal static async Task<ProgramResult> RunLongAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        program._limit = LongLimit;
        return await program.EndAsync();
    }

    /// <summary>Runs to the end, which must be success with JSON in the last line of standard output.</summary>
    internal static async Task<JsonElement> RunJsonAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{result}");
        return result.Json;
    }

    /// <summary>The first line, of either stream, that contains a text.</summary>
    internal Task<string> LineWithAsync(string text)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_awaited)
        {
            var already = $"{_out}{_error}".Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));
            if (already is not null)
            {
                return Task.FromResult(already);
            }

            _awaited.Add((text, seen));
        }

        return WaitAsync(seen.Task, $"a line with '{text}'");
    }

    /// <summary>A line for its standard input.</summary>
    internal async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The end of its standard input.</summary>
    internal void EndInput() => _process.StandardInput.Close();

    /// <summary>Ctrl-C.</summary>
    internal void Interrupt() => Assert.Equal(0, Kill(_process.Id, 2));

    /// <summary>What a service manager does.</summary>
    internal void Terminate() => Assert.Equal(0, Kill(_process.Id, 15));

    internal async Task<ProgramResult> EndAsync()
    {
        await WaitAsync(Ended(), "its end");
        lock (_awaited)
        {
            return new ProgramResult(_command, _process.ExitCode, _out.ToString(), _error.ToString());
        }

        async Task<bool> Ended()
        {
            await _process.WaitForExitAsync();
            return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        return default;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private async Task<T> WaitAsync<T>(Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(_limit);
        }
        catch (TimeoutException)
        {
            lock (_awaited)
            {
                throw new TimeoutException($"{_command}: waited {_limit.TotalSeconds:0} s for {what}.\nout: {_out}\nerror: {_error}");
            }
        }
    }

    private void Take(StringBuilder stream, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_awaited)
        {
            stream.Append(line).Append('\n');
            foreach (var (text, seen) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult(line);
                }
            }
        }
    }
}
