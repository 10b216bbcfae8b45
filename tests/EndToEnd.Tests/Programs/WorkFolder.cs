namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>A folder for the files of a test, gone after it.</summary>
internal sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-e2e-");

    internal string PathOf(string name) => Path.Combine(_folder.FullName, name);

    internal string Write(string name, params IEnumerable<string> lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
