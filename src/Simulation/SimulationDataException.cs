namespace StreamLearn.Simulation;

/// <summary>A data file of a simulated world is not what it should be; the message says where, and what was expected there.</summary>
public sealed class SimulationDataException : Exception
{
    /// <param name="file">The file, as the user named it.</param>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="expected">What a right file has there.</param>
    /// <param name="found">What this one has.</param>
    /// <param name="cause">The error of the layer below, if that is how the fault showed.</param>
    public SimulationDataException(string file, int line, string expected, string found, Exception? cause = null)
        : base($"{file}, line {line}: expected {expected}, found {found}.", cause)
    {
        File = file;
        Line = line;
    }

    /// <summary>The file, as the user named it.</summary>
    public string File { get; }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }
}
