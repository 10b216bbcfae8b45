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
internal sealed record BenchmarkRow(
    string Name, double Value, string Unit, string? Peer = null, double? PeerValue = null, double? Ratio = null)
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A number for people: three significant digits, or all those before the point where these are more.</summary>
    internal static string Number(double value)
    {
        var format = Math.Abs(value) switch
        {
            0 or >= 100 => "0",
            >= 10 => "0.0",
            >= 1 => "0.00",
            >= 0.1 => "0.000",
            _ => "0.0000",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    public override string ToString() =>
        $"{Name,-44} {Number(Value),10} {Unit,-18}"
        + (Peer is null ? "" : $" {Peer}: {Number(PeerValue ?? double.NaN)}, ratio {Number(Ratio ?? double.NaN)}");
}
