using System.Globalization;
using System.Text.Json;

namespace StreamLearn.Cli.Demos;

/// <summary>A decision of the pipeline.</summary>
/// <param name="Id">The flow's number; -1: it is none.</param>
/// <param name="Path">The path's place; -1: it is none.</param>
internal readonly record struct PathDecision(long Id, int Path)
{
    /// <summary>Reads the value of a record of the decisions topic.</summary>
    internal static PathDecision Parse(ReadOnlyMemory<byte> value)
    {
        using var json = JsonDocument.Parse(value);
        var (id, action) = (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("action").GetString());
        return new PathDecision(
            long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1, PathFlowRecords.PathOf(action ?? ""));
    }
}
