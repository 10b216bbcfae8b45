using StreamLearn.Learners.Language.Tokens;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the setting that says what turns texts into tokens.</summary>
internal static class TokenizerFile
{
    private const string Merges = "merges.txt";

    /// <summary>The tokenizer of a setting: <c>bytes</c>, or the path of a file: <c>*.tiktoken</c>, or <c>*.json</c> with <c>merges.txt</c> beside it.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it has no vocabulary.</exception>
    internal static ITokenizer Read(ConfigNode block, string setting)
    {
        var path = block.Text(setting);
        if (path == ByteTokenizer.Name)
        {
            return ByteTokenizer.Instance;
        }

        try
        {
            return Path.GetExtension(path) switch
            {
                ".tiktoken" => SubwordTokenizer.FromRanks(File.ReadAllBytes(path)),
                ".json" => SubwordTokenizer.FromMerges(
                    File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Merges))),
                _ => throw Fail("another ending than these"),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw Fail(exception.Message.TrimEnd('.'));
        }

        ConfigurationException Fail(string reason) => block.Fail(
            setting, $"'{path}'", $"{ByteTokenizer.Name}, or the path of a vocabulary, *.tiktoken or *.json with {Merges} beside it. It has: {reason}");
    }
}
