using StreamLearn.Learners.Language.Tokens;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the setting that says what turns texts into tokens.</summary>
internal static class TokenizerFile
{
    /// <summary>The tokenizer of a setting: <c>bytes</c>, or the path of a file.</summary>
    /// <exception cref="ConfigurationException">There is no such file, or it has no vocabulary.</exception>
    internal static ITokenizer Read(ConfigNode block, string setting) => block.Text(setting) switch
    {
        ByteTokenizer.Name => ByteTokenizer.Instance,
        var text => throw block.Fail(setting, $"'{text}'", $"{ByteTokenizer.Name}"),
    };
}
