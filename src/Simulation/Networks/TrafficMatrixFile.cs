using System.Globalization;

namespace StreamLearn.Simulation.Networks;

/// <summary>
/// A measured series of traffic matrices: a text file, gzipped (one member) or plain, without header. A line is one bin of time
/// and holds N x N numbers separated by blanks, row by row, a row per source.
/// </summary>
public sealed class TrafficMatrixFile
{
    /// <summary>The unit of the Abilene matrices, 100 bytes in 5 minutes, in Mbit/s.</summary>
    public const double AbileneUnit = 100 * 8 / 300.0 / 1e6;

    private readonly int _nodes;
    private readonly double _megabitsPerUnit;

    /// <param name="path">The file. Whether it is gzipped is seen from its content.</param>
    /// <param name="nodes">N, the nodes of the network.</param>
    /// <param name="megabitsPerUnit">What a 1 in the file is in Mbit/s.</param>
    public TrafficMatrixFile(string path, int nodes, double megabitsPerUnit = AbileneUnit)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(nodes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(megabitsPerUnit);
        Path = path;
        _nodes = nodes;
        _megabitsPerUnit = megabitsPerUnit;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>
    /// Reads bin after bin: the N x N demands in Mbit/s. All bins come in the same buffer, which is good until the next one.
    /// </summary>
    /// <exception cref="SimulationDataException">
    /// A line is not a matrix of finite numbers from 0 up, there is none, or gzip data is damaged.
    /// </exception>
    public IEnumerable<ReadOnlyMemory<double>> ReadBins()
    {
        using var reader = TextDataFile.Open(Path);
        var demands = new double[_nodes * _nodes];
        var line = 0;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                ExpectEnd(reader, line);
                yield break;
            }

            Parse(text, line, demands);
            yield return demands;
        }

        if (line == 0)
            throw Fault(1, Columns, "an empty file");
    }

    private string Columns => $"{_nodes * _nodes} columns ({_nodes} x {_nodes} demands)";

    /// <summary>Blank lines may end a file; before a row they would be a bin without a matrix.</summary>
    private void ExpectEnd(StreamReader reader, int blankLine)
    {
        for (var line = blankLine + 1; reader.ReadLine() is { } text; line++)
        {
            if (!string.IsNullOrWhiteSpace(text))
                throw Fault(blankLine, Columns, "a blank line");
        }

        if (blankLine == 1)
            throw Fault(1, Columns, "only blank lines");
    }

    private void Parse(ReadOnlySpan<char> text, int line, double[] demands)
    {
        var columns = 0;
        foreach (var range in text.SplitAny(' ', '\t'))
        {
            var cell = text[range];
            if (cell.IsEmpty)
                continue;
            if (columns < demands.Length)
                demands[columns] = ParseDemand(cell, line, columns + 1);
            columns++;
        }

        if (columns != demands.Length)
            throw Fault(line, Columns, $"{columns}");
    }

    private double ParseDemand(ReadOnlySpan<char> cell, int line, int column)
    {
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var units)
            && units >= 0 && double.IsFinite(units)
            ? units * _megabitsPerUnit
            : throw Fault(line, $"a finite number from 0 up in column {column}", $"\"{cell}\"");
    }

    private SimulationDataException Fault(int line, string expected, string found) => new(Path, line, expected, found);
}
