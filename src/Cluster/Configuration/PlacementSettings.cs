namespace StreamLearn.Cluster.Configuration;

/// <summary>How buckets are placed on nodes and GPUs; see <c>reference.conf</c>.</summary>
/// <param name="ReportEvery">How often a node reports.</param>
/// <param name="RebalanceEvery">How often it is looked whether shards should move.</param>
/// <param name="Threshold">Difference of relative loads, as a share of the mean, above which they do.</param>
/// <param name="MostMoves">Shards of a pipeline that move at a time, at most; 0: a tenth.</param>
/// <param name="Devices">Torch's numbers of the GPUs; null: all that there are.</param>
public sealed record PlacementSettings(
    TimeSpan ReportEvery, TimeSpan RebalanceEvery, double Threshold, int MostMoves, IReadOnlyList<int>? Devices)
{
    private const string Auto = "auto";

    /// <summary>Time after which a report counts no more.</summary>
    internal TimeSpan ReportLifetime => 3 * ReportEvery;

    /// <summary>Reads <c>placement</c> and <c>devices</c> of the block <c>node</c>.</summary>
    internal static PlacementSettings From(ConfigNode node)
    {
        var placement = node.Child("placement");
        return new PlacementSettings(
            placement.Duration("report-every", TimeSpan.FromMilliseconds(100)),
            placement.Duration("rebalance-every", TimeSpan.FromMilliseconds(100)),
            placement.Number("threshold", 0, 100),
            (int)placement.Whole("most-moves", 0, 100_000),
            DevicesOf(node));
    }

    private static IReadOnlyList<int>? DevicesOf(ConfigNode node)
    {
        const string expected = "auto, or the numbers of GPUs, each once: [0, 1]";
        if (node.IsText("devices"))
        {
            return node.Text("devices") is var text && text == Auto ? null : throw node.Fail("devices", $"'{text}'", expected);
        }

        var devices = node.Wholes("devices", 0, 1023);
        return devices.Count > 0 && devices.Distinct().Count() == devices.Count
            ? devices
            : throw node.Fail("devices", $"[{string.Join(", ", devices)}]", expected);
    }
}
