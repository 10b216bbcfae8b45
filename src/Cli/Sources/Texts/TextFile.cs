using StreamLearn.Cli.Commands;
using StreamLearn.Streams.Files;

namespace StreamLearn.Cli.Sources.Texts;

/// <summary>A file of text, plain or gzip, and the domain that its text is of.</summary>
/// <param name="Domain">Name of the domain.</param>
/// <param name="Path">Path of the file.</param>
internal sealed record TextFile(string Domain, string Path)
{
    private const string FolderPrefix = "text_";

    /// <summary>The files that <c>--data</c> names: a file, whose name without its endings is the domain; a folder of files, all of the domain that the folder's name is
    /// (without <c>text_</c> before it), a readme left out; a folder of such folders named <c>text_DOMAIN</c>; or either with a domain said, <c>DOMAIN=PATH</c>.</summary>
    /// <exception cref="UsageException">One is not there, or a folder has none.</exception>
    internal static IReadOnlyList<TextFile> Of(IEnumerable<string> data) => [.. data.SelectMany(Named)];

    /// <summary>Whether the file has JSON objects, a line each.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    internal bool HasRecords()
    {
        try
        {
            return RecordFile.Inspect(Path).Format == "json";
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UsageException($"--data {Path} cannot be read: {exception.Message}");
        }
    }

    private static IEnumerable<TextFile> Named(string data)
    {
        var equals = data.IndexOf('=', StringComparison.Ordinal);
        var (said, path) = equals > 0 && !System.IO.Path.Exists(data) ? (data[..equals], data[(equals + 1)..]) : (null, data);
        if (File.Exists(path))
        {
            return [new TextFile(said ?? DomainOf(path), path)];
        }

        if (!Directory.Exists(path))
        {
            throw new UsageException($"{path} is not there; expected a file of text, or a folder of some.");
        }

        string[] domains = [.. Directory.EnumerateDirectories(path, $"{FolderPrefix}*").Order(StringComparer.Ordinal)];
        if (said is null && domains.Length > 0)
        {
            return domains.SelectMany(Named);
        }

        var folder = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        var domain = said ?? (folder.StartsWith(FolderPrefix, StringComparison.Ordinal) && folder.Length > FolderPrefix.Length ? folder[FolderPrefix.Length..] : folder);
        TextFile[] files =
        [
            .. Directory.EnumerateFiles(path).Where(file => !System.IO.Path.GetFileName(file).StartsWith("readme", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal).Select(file => new TextFile(domain, file)),
        ];
        return files.Length > 0 ? files : throw new UsageException($"{path} has no files; expected files of text.");
    }

    private static string DomainOf(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var end = name.IndexOf('.', 1);
        return end < 0 ? name : name[..end];
    }
}
