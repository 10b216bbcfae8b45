namespace StreamLearn.Cli.Chaos;

/// <summary>A drill that could not be carried through, which is not the same as one that has found something.</summary>
internal sealed class DrillException(string message) : Exception(message);
