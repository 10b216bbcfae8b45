using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using StreamLearn.Learners.Torch;
using static StreamLearn.Bench.BenchmarkRow;

namespace StreamLearn.Bench.Networks;

/// <summary>The benchmark as one Markdown table, with what it was measured on below.</summary>
internal static class NetworksTable
{
    /// <param name="measurements">The table's lines.</param>
    /// <param name="peak">Multiply-adds per nanosecond.</param>
    /// <param name="check">Says which Torch it was, and how many threads it takes by itself.</param>
    internal static string Format(IReadOnlyList<NetworkMeasurement> measurements, double peak, TorchCheck check)
    {
        var text = new StringBuilder();
        (string Head, Func<NetworkMeasurement, string> Cell)[] columns =
        [
            ("network", each => $"`{each.Network}`"),
            ("batch", each => each.Batch.ToString(CultureInfo.InvariantCulture)),
            ("pass", each => each.Pass),
            ("ours, us", each => Number(each.Ours.Median)),
            ("Torch, us", each => Number(each.Torch.Median)),
            ("ratio", each => Number(each.Ratio)),
            ($"Torch, {check.Threads} threads, us", each => each.TorchDefault is { } several ? Number(several.Median) : ""),
            ("ns per multiply-add", each => each.NanosecondsEach is { } time ? Number(time) : ""),
            ("of peak", each => each.ShareOf(peak) is { } share ? $"{Number(100 * share)} %" : ""),
            ("bytes per step", each => Number(each.Ours.Allocated)),
        ];
        columns = [.. columns.Where(column => measurements.Any(each => column.Cell(each).Length > 0))];
        AppendLine(columns.Select(column => column.Head));
        AppendLine(columns.Select(_ => "---"));
        foreach (var each in measurements)
        {
            AppendLine(columns.Select(column => column.Cell(each)));
        }

        text.AppendLine();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Processor()} ({RuntimeInformation.OSArchitecture}), {Environment.ProcessorCount} virtual cores; ");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}; ");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.FrameworkDescription}; {check.Version}. ");
        text.Append(CultureInfo.InvariantCulture, $"One thread each, but for a column of {check.Threads}; medians; ");
        text.Append(CultureInfo.InvariantCulture, $"peak {Number(peak)} multiply-adds per ns.");
        return text.ToString();

        void AppendLine(IEnumerable<string> cells) => text.AppendLine($"| {string.Join(" | ", cells)} |");
    }

    private static string Processor()
    {
        const string Source = "/proc/cpuinfo", Key = "model name";
        var lines = File.Exists(Source) ? File.ReadLines(Source) : [];
        var line = lines.FirstOrDefault(each => each.StartsWith(Key, StringComparison.Ordinal));
        return line?.Split(':', 2, StringSplitOptions.TrimEntries)[^1] ?? "unknown processor";
    }
}
