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
    internal static string Format(IEnumerable<NetworkMeasurement> measurements, double peak, TorchCheck check)
    {
        var text = new StringBuilder();
        string[] heads =
        [
            "network", "batch", "pass", "ours, us", "Torch, us", "ratio", $"Torch, {check.Threads} threads, us", "ns per multiply-add",
            "of peak", "bytes per step",
        ];
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", heads)} |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var each in measurements)
        {
            string[] cells =
            [
                $"`{each.Network}`",
                each.Batch.ToString(CultureInfo.InvariantCulture),
                each.Pass,
                Number(each.Ours.Median),
                Number(each.Torch.Median),
                Number(each.Ratio),
                each.TorchDefault is { } several ? Number(several.Median) : "",
                Number(each.NanosecondsEach),
                $"{Number(100 * each.ShareOf(peak))} %",
                Number(each.Ours.Allocated),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }

        text.AppendLine();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Processor()} ({RuntimeInformation.OSArchitecture}), {Environment.ProcessorCount} virtual cores; ");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.OSDescription}; ");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.FrameworkDescription}; {check.Version}. ");
        text.Append(CultureInfo.InvariantCulture, $"One thread each, but for the column of {check.Threads}; medians; ");
        text.Append(CultureInfo.InvariantCulture, $"peak {Number(peak)} multiply-adds per ns.");
        return text.ToString();
    }

    private static string Processor()
    {
        const string Source = "/proc/cpuinfo", Key = "model name";
        var lines = File.Exists(Source) ? File.ReadLines(Source) : [];
        var line = lines.FirstOrDefault(each => each.StartsWith(Key, StringComparison.Ordinal));
        return line?.Split(':', 2, StringSplitOptions.TrimEntries)[^1] ?? "unknown processor";
    }
}
