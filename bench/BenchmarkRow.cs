using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamLearn.Bench;

/// <summary>One measure, beside what a user would pick instead, from the same run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The measure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Peer">What it is compared with; null: nothing.</param>
/// <param name="PeerValue">The peer's measure.</param>
/// <param name="Ratio">How much better than the peer: above 1 is better, whichever way the unit points.</param>
internal sealed record BenchmarkRow(string Name, double Value, string Unit, string? Peer = null, double? PeerValue = null, double? Ratio = null)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-20} {Value,12:0} {Unit,-14}{(Peer is null ? "" : $" {Peer}: {PeerValue:0}, ratio {Ratio:0.00}")}");
}
