using System.Text.Json;

namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>What a program that has ended has said.</summary>
internal sealed record ProgramResult(string Command, int ExitCode, string Out, string Error)
{
    /// <summary>The last line of standard output.</summary>
    internal JsonElement Json => JsonDocument.Parse(Out.TrimEnd('\n').Split('\n')[^1]).RootElement.Clone();

    public override string ToString() => $"{Command} ended with {ExitCode}\nout: {Out}\nerror: {Error}";
}
