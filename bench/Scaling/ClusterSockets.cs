using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamLearn.Bench.Scaling;

/// <summary>The bytes that the kernel has sent on the connections of cluster ports: <c>ss</c> of iproute2 prints the counters of each socket.</summary>
internal static partial class ClusterSockets
{
    /// <summary>Bytes sent so far on the connections that are open, both directions, envelopes and heartbeats included; null where there is no <c>ss</c>.</summary>
    internal static async Task<long?> BytesSentAsync(IReadOnlyList<int> ports)
    {
        var start = new ProcessStartInfo("ss", ["--tcp", "--info", "--numeric", "--no-header", "--oneline"]) { RedirectStandardOutput = true };
        try
        {
            using var ss = Process.Start(start)!;
            var lines = (await ss.StandardOutput.ReadToEndAsync()).Split('\n');
            await ss.WaitForExitAsync();
            return lines.Select(line => Socket().Match(line)).Where(socket => socket.Success && IsOf(ports, socket))
                .Sum(socket => long.Parse(socket.Groups["sent"].ValueSpan, CultureInfo.InvariantCulture));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // On one machine both ends of a connection are in the list, each with what it has sent.
    private static bool IsOf(IReadOnlyList<int> ports, Match socket) =>
        ports.Contains(int.Parse(socket.Groups["local"].ValueSpan, CultureInfo.InvariantCulture))
        || ports.Contains(int.Parse(socket.Groups["peer"].ValueSpan, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^ESTAB\s+\d+\s+\d+\s+\S+:(?<local>\d+)\s+\S+:(?<peer>\d+)\s.*\bbytes_sent:(?<sent>\d+)")]
    private static partial Regex Socket();
}
