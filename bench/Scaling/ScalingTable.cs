using System.Runtime.InteropServices;
using System.Text;
using static StreamLearn.Bench.BenchmarkRow;

namespace StreamLearn.Bench.Scaling;

/// <summary>The benchmark as one Markdown table; bytes and messages are per record.</summary>
internal static class ScalingTable
{
    internal static string Format(IReadOnlyList<ScalingMeasurement> measured)
    {
        var text = new StringBuilder();
        (string Head, Func<ScalingMeasurement, string> Cell)[] columns =
        [
            ("processes", each => $"`{each.Layout.Name}`"),
            ("learner", each => $"`{each.Case.Learner}`"),
            ("CPU s per million (least to most)", each => $"{Number(Cpu(each))} ({Number(each.Least(CpuOf))} to {Number(each.Most(CpuOf))})"),
            ("times the single process", each => Number(Cpu(each) / Cpu(ScalingBenchmark.SingleOf(measured, each)))),
            ("records/s", each => Number(each.Median(wave => wave.RecordsPerSecond))),
            ("messages per million", each => Number(each.Median(wave => wave.MessagesPerMillion))),
            ("bytes per record, as serialised", each => Number(each.Median(wave => wave.MessageBytesPerMillion) / 1e6)),
            ("bytes per record, on sockets", each => each.HasSockets
                ? Number(each.Median(wave => wave.SocketBytesPerMillion ?? 0) / 1e6) : ""),
            ("idle, CPU s/s", each => Number(each.IdleProcessors)),
        ];
        AppendLine(columns.Select(column => column.Head));
        AppendLine(columns.Select(_ => "---"));
        foreach (var each in measured)
        {
            AppendLine(columns.Select(column => column.Cell(each)));
        }

        text.AppendLine();
        text.Append($"{RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} virtual cores; {RuntimeInformation.OSDescription}; ");
        text.Append($"{RuntimeInformation.FrameworkDescription}. Medians.");
        return text.ToString();

        void AppendLine(IEnumerable<string> cells) => text.AppendLine($"| {string.Join(" | ", cells)} |");
    }

    private static double Cpu(ScalingMeasurement of) => of.Median(CpuOf);

    private static double CpuOf(WaveMeasurement wave) => wave.ProcessorSecondsPerMillion;
}
