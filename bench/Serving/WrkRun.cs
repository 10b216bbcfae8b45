using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamLearn.Bench.Serving;

/// <summary>One run of <c>wrk</c>, a load generator, and what it has printed.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Median">Half of the answers took less, milliseconds.</param>
/// <param name="P99">All but a hundredth of them.</param>
internal sealed partial record WrkRun(double PerSecond, double Median, double P99)
{
    /// <summary>Where it is; null: it is not here.</summary>
    internal static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "wrk")).FirstOrDefault(File.Exists);

    /// <summary>Runs it.</summary>
    /// <param name="url">Where requests go.</param>
    /// <param name="script">The file of the script that makes them.</param>
    /// <param name="connections">Requests at a time, at most.</param>
    /// <param name="seconds">For how long.</param>
    /// <exception cref="InvalidOperationException">It failed, or some requests did.</exception>
    internal static async Task<WrkRun> RunAsync(Uri url, string script, int connections, int seconds)
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-t", "1", "-c", Text(connections), "-d", $"{Text(seconds)}s", "--latency", "-s", script, url.ToString()])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0 || text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk: {text} {await errors}");
        }

        return new WrkRun(Number(PerSecondLine().Match(text)), Quantile(text, "50%"), Quantile(text, "99%"));
    }

    private static double Quantile(string text, string share)
    {
        var match = QuantileLine().Matches(text).First(found => found.Groups["share"].Value == share);
        return Number(match) * match.Groups["unit"].Value switch { "us" => 1e-3, "ms" => 1, "s" => 1e3, var unit => throw new InvalidOperationException($"wrk says {unit}.") };
    }

    private static double Number(Match match) => double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+(?<number>[\d.]+)")]
    private static partial Regex PerSecondLine();

    [GeneratedRegex(@"(?<share>\d+%)\s+(?<number>[\d.]+)(?<unit>us|ms|s)\b")]
    private static partial Regex QuantileLine();
}
