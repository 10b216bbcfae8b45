using StreamLearn.Cli.Tests.Layers;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>The files of the checkout that an image and a compose deployment are made of; some may be replaced by other text, to see that it is noticed.</summary>
internal sealed class DeploymentFiles : IDisposable
{
    private readonly string _root = Repository.Root;
    private readonly Dictionary<string, string> _replaced = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-deployment-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Puts another text in the place of one that occurs in a file.</summary>
    internal void Replace(string path, string old, string @new)
    {
        var text = Text(path);
        Assert.True(text.Contains(old, StringComparison.Ordinal), $"{path} has no '{old}'.");
        _replaced[path] = text.Replace(old, @new, StringComparison.Ordinal);
    }

    internal string Text(string path) => _replaced.GetValueOrDefault(path) ?? File.ReadAllText(InCheckout(path));

    /// <summary>Whether there is a file or a folder of that name.</summary>
    internal bool Exists(string path) => Path.Exists(InCheckout(path));

    /// <summary>The files of a folder, by their paths in the checkout.</summary>
    internal IEnumerable<string> In(string folder, string pattern) =>
        Directory.EnumerateFiles(InCheckout(folder), pattern, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_root, file));

    /// <summary>A file that a program can read.</summary>
    internal string OnDisk(string path)
    {
        if (!_replaced.TryGetValue(path, out var text))
        {
            return InCheckout(path);
        }

        var copy = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.WriteAllText(copy, text);
        return copy;
    }

    private string InCheckout(string path) => Path.GetFullPath(Path.Combine(_root, path));
}
