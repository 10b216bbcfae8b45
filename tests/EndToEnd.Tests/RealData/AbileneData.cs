namespace StreamLearn.EndToEnd.Tests.RealData;

/// <summary>Two weeks of demands on the Abilene backbone, beside the checkout.</summary>
internal static class AbileneData
{
    private static readonly string? Folder = Find();

    internal static string? Missing => Folder is null ? "The Abilene data are not at ../shared/data/abilene_tm beside the checkout." : null;

    internal static string FirstWeek => Path.Combine(Folder!, "AbileneTM.txt.gz");

    internal static string SecondWeek => Path.Combine(Folder!, "AbileneTM2.txt.gz");

    internal static string Topology => Path.Combine(Folder!, "Abilene.topo.txt");

    private static string? Find()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "StreamLearn.sln")))
        {
            root = root.Parent;
        }

        var folder = root?.Parent is null ? null : Path.Combine(root.Parent.FullName, "shared", "data", "abilene_tm");
        return folder is not null && File.Exists(Path.Combine(folder, "Abilene.topo.txt")) ? folder : null;
    }
}
