namespace StreamLearn.Cli.Commands;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int Usage = 2;
    internal const int Interrupted = 130;
}
