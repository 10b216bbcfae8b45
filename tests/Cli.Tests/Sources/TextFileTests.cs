using StreamLearn.Cli.Commands;
using StreamLearn.Cli.Sources;
using StreamLearn.Cli.Sources.Texts;

namespace StreamLearn.Cli.Tests.Sources;

public sealed class TextFileTests
{
    [Fact]
    public void Given_files_and_folders_when_they_are_named_then_their_domains_are_known()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, file) in new[] { ("text_b", "two.txt"), ("text_a", "one.txt"), ("text_a", "readme"), ("other", "three.txt") })
        {
            Directory.CreateDirectory(folder.PathOf(name));
            File.WriteAllText(Path.Combine(folder.PathOf(name), file), "text\n");
        }

        File.WriteAllText(folder.PathOf("INDEX.md"), "what is here\n");

        Assert.Equal(["a", "b"], Domains(folder.PathOf("")));
        Assert.Equal(["b"], Domains(folder.PathOf("text_b")));
        Assert.Equal(["other"], Domains(folder.PathOf("other")));
        Assert.Equal(["x"], Domains($"x={folder.PathOf("other")}"));
        Assert.Equal(["three"], Domains(Path.Combine(folder.PathOf("other"), "three.txt")));
        Assert.Contains("is not there", Assert.Throws<UsageException>(() => Domains(folder.PathOf("nothing"))).Message, StringComparison.Ordinal);

        static string[] Domains(string data) => [.. TextFile.Of([data]).Select(file => file.Domain)];
    }
}
