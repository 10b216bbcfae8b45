namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>A Dockerfile: its instructions, in order, with lines put together.</summary>
/// <param name="Instructions">Name and the rest of each.</param>
internal sealed record Dockerfile(IReadOnlyList<(string Name, string Text)> Instructions)
{
    internal static Dockerfile Parse(string text)
    {
        var lines = text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));
        var whole = string.Join('\n', lines).Replace("\\\n", " ", StringComparison.Ordinal);
        return new Dockerfile([.. whole.Split('\n').Select(line => line.Split(' ', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1].Trim() : ""))]);
    }

    /// <summary>What stands behind each instruction of that name.</summary>
    internal IEnumerable<string> All(string name) => Instructions.Where(instruction => instruction.Name == name).Select(instruction => instruction.Text);

    /// <summary>What is copied from the checkout, before an instruction that starts so; null: in the whole file.</summary>
    internal IEnumerable<string> Copied(string? before = null) => Instructions
        .TakeWhile(instruction => before is null || !$"{instruction.Name} {instruction.Text}".StartsWith(before, StringComparison.Ordinal))
        .Where(instruction => instruction.Name == "COPY" && !instruction.Text.StartsWith("--from", StringComparison.Ordinal))
        .SelectMany(instruction => instruction.Text.Split(' ')[..^1]);
}
