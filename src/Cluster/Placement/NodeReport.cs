using MessagePack;

namespace StreamLearn.Cluster.Placement;

/// <summary>What a node can do and what its shards cost it, for whoever places shards. A long one goes in parts, which have the same number.</summary>
/// <param name="Version">Version of the form, <see cref="CurrentVersion"/>.</param>
/// <param name="Address">The node's address.</param>
/// <param name="Uid">Which life of the node at that address.</param>
/// <param name="Number">Number of the report; later ones of a life have larger ones.</param>
/// <param name="Part">Which part this is, from 0.</param>
/// <param name="Parts">How many there are.</param>
/// <param name="Roles">The node's roles.</param>
/// <param name="Threads">Threads that step learners.</param>
/// <param name="Devices">GPUs that learners run on.</param>
/// <param name="Pipelines">The shards that are there, by pipeline.</param>
[MessagePackObject]
public sealed record NodeReport(
    [property: Key(0)] int Version, [property: Key(1)] string Address, [property: Key(2)] int Uid, [property: Key(3)] long Number,
    [property: Key(4)] int Part, [property: Key(5)] int Parts, [property: Key(6)] IReadOnlyList<string> Roles, [property: Key(7)] int Threads,
    [property: Key(8)] int Devices, [property: Key(9)] IReadOnlyList<PipelineCosts> Pipelines)
{
    /// <summary>The form that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Parts of a report, at most.</summary>
    internal const int MostParts = 1024;

    /// <summary>What is wrong with it, in words; null: nothing.</summary>
    internal string? Problem()
    {
        if (Version != CurrentVersion)
        {
            return $"version {Version}; expected {CurrentVersion}: the nodes run different programs";
        }

        if (string.IsNullOrEmpty(Address) || Roles is null || Pipelines is null)
        {
            return "no address, roles or pipelines; expected all three";
        }

        if (Parts is < 1 or > MostParts || Part < 0 || Part >= Parts)
        {
            return $"part {Part} of {Parts}; expected one of 1 to {MostParts}";
        }

        if (Threads < 1 || Devices < 0)
        {
            return $"{Threads} threads and {Devices} GPUs; expected at least 1 and 0";
        }

        return Pipelines.Select(pipeline => pipeline?.Problem() ?? (pipeline is null ? "a pipeline that is nil" : null)).FirstOrDefault(problem => problem is not null);
    }
}
