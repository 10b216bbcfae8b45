namespace StreamLearn.Cluster.Watching;

/// <summary>Keys of a pipeline, whatever nodes they are on.</summary>
/// <param name="Total">Keys of the buckets that have answered.</param>
/// <param name="Matching">Of them, those that match.</param>
/// <param name="Silent">Buckets that have not answered in time.</param>
/// <param name="Keys">The first that match.</param>
/// <param name="Events">What has happened to keys lately, the newest first.</param>
public sealed record KeyList(int Total, int Matching, int Silent, IReadOnlyList<ListedKey> Keys, IReadOnlyList<ListedEvent> Events)
{
    /// <summary>Nothing.</summary>
    public static KeyList Empty { get; } = new(0, 0, 0, [], []);
}
