using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Averaging;

/// <summary>How the replicas of one model are averaged.</summary>
public sealed record ReplicaOptions
{
    /// <summary>Least bytes of a slice.</summary>
    public const int LeastSliceBytes = 1024;

    /// <summary>Most bytes of a slice: its average is to fit into the smallest frame that nodes may have.</summary>
    public const int MostSliceBytes = 80 * 1024;

    /// <summary>Records that a replica learns from one contribution of a slice to the next. Default 1000.</summary>
    public int Every { get; init; } = 1000;

    /// <summary>How contributions are written. Default none.</summary>
    public ReplicaCompression Compression { get; init; } = ReplicaCompression.None;

    /// <summary>α: the error of a compressed contribution may be α times that of <see cref="Share"/> for all layers. Default 1.</summary>
    public double ErrorBudget { get; init; } = 1;

    /// <summary>The share of a layer's numbers whose error the budget is taken from, one of <see cref="CompressionLevel.Shares"/>. Default 0.1.</summary>
    public double Share { get; init; } = 0.1;

    /// <summary>Contributions of a slice after which its levels are chosen anew. Default 10.</summary>
    public int AdjustEvery { get; init; } = 10;

    /// <summary>Bytes of a slice in single precision, at most: a model with more goes in slices, each averaged on its own. Default 64
    /// KiB.</summary>
    public int SliceBytes { get; init; } = 64 * 1024;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="OptionException">One of them cannot be used; the message names it below <paramref name="path"/>.</exception>
    public ReplicaOptions Validate(string path = "replicas")
    {
        Require(Every >= 1, "every", Every, "a number of records, 1 or more");
        Require(ErrorBudget is > 0 and <= 1000, "error-budget", ErrorBudget, "a number above 0, up to 1000");
        Require(CompressionLevel.OfShare(Share) >= 0, "share", Share, "one of " + string.Join(", ", CompressionLevel.Shares.Select(share =>
            FormattableString.Invariant($"{share}"))));
        Require(AdjustEvery >= 1, "adjust-every", AdjustEvery, "a number of contributions, 1 or more");
        Require(SliceBytes is >= LeastSliceBytes and <= MostSliceBytes, "slice-bytes", SliceBytes, $"a number of bytes from {LeastSliceBytes} to {MostSliceBytes}");
        return this;

        void Require(bool holds, string name, double actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", FormattableString.Invariant($"{actual}"), expected);
            }
        }
    }
}
