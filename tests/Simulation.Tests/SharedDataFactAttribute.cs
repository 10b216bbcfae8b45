namespace StreamLearn.Simulation.Tests;

/// <summary>A test on real data: reported as skipped, with the reason, where the folder of shared data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <param name="folder">The folder that is needed, such as "abilene_tm".</param>
    public SharedDataFactAttribute(string folder)
    {
        Folder = folder;
        if (!Directory.Exists(SharedData.PathOf(folder)))
            Skip = $"{SharedData.PathOf(folder)} is not there: it holds real data that is no part of the project.";
    }

    /// <summary>The folder that is needed.</summary>
    public string Folder { get; }
}
