using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>Loads configurations given as text, by way of a file named <c>test.conf</c>.</summary>
internal sealed class ConfigurationFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-configuration-");

    private ConfigurationFile(string text)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "test.conf");
        File.WriteAllText(Path, text);
    }

    private string Path { get; }

    public static StreamLearnConfig Load(string text, params string[] settings)
    {
        using var file = new ConfigurationFile(text);
        return StreamLearnConfig.Load(file.Path, settings);
    }

    /// <summary>The message with which the text is refused, which must name the file, on one line, and without the folder.</summary>
    public static string Refusal(string text, params string[] settings)
    {
        using var file = new ConfigurationFile(text);
        var message = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(file.Path, settings)).Message;
        Assert.DoesNotContain('\n', message);
        return message.Replace(file.Path, "test.conf", StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
