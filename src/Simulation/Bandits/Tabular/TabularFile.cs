using System.Globalization;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>
/// Reads a data set from CSV, plain or gzip: a header line, then rows of numbers and a label. The label is the column <c>label</c>, else the last one.
/// Labels are numbered from 0 by their sorted order: by value where all are numbers, else by their characters. An empty number is a missing one: -1.
/// </summary>
public static class TabularFile
{
    private const string LabelColumn = "label";
    private const float Missing = -1;

    /// <summary>Reads a file.</summary>
    /// <exception cref="SimulationDataException">It is no such table; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TabularData Read(string path)
    {
        using var reader = TextDataFile.Open(path);
        return Read(reader, path);
    }

    /// <summary>Reads a table.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="path">Name of the file, for messages.</param>
    /// <exception cref="SimulationDataException">It is no such table; the message says where.</exception>
    public static TabularData Read(TextReader reader, string path)
    {
        var line = 1;
        var header = reader.ReadLine() ?? throw new SimulationDataException(path, 1, "a header line", "nothing");
        string[] columns = [.. header.Split(',').Select(column => column.Trim().Trim('"'))];
        if (columns.Length < 2 || columns.All(IsNumber))
        {
            throw new SimulationDataException(
                path, 1, "a header line, comma separated: names of at least one column of numbers and of the label's", $"'{Shortened(header)}'");
        }

        var labelColumn = Array.FindIndex(columns, column => column.Equals(LabelColumn, StringComparison.OrdinalIgnoreCase));
        labelColumn = labelColumn < 0 ? columns.Length - 1 : labelColumn;
        var features = new List<float>();
        var labels = new TabularLabels();
        while (reader.ReadLine() is { } row)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(row))
            {
                ReadRow(row, columns, labelColumn, features, labels, path, line);
            }
        }

        if (labels.Rows == 0)
        {
            throw new SimulationDataException(path, 2, "rows below the header line", "none");
        }

        var (names, numbers) = labels.Sorted();
        if (names.Count is < 2 or > BanditTask.MostActions)
        {
            throw new SimulationDataException(
                path, line, $"2 to {BanditTask.MostActions} labels in column {columns[labelColumn]} up to the end",
                names.Count == 1 ? $"only '{names[0]}'" : $"{names.Count}");
        }

        return new TabularData(NameOf(path), names, [.. features], numbers);
    }

    private static void ReadRow(string row, string[] columns, int labelColumn, List<float> features, TabularLabels labels, string path, int line)
    {
        var column = 0;
        foreach (var range in row.AsSpan().Split(','))
        {
            if (column == columns.Length)
            {
                throw new SimulationDataException(path, line, $"{columns.Length} columns, as in the header line", "more");
            }

            var cell = row.AsSpan(range).Trim();
            if (column == labelColumn)
            {
                labels.Add(cell.IsEmpty ? throw new SimulationDataException(path, line, $"a label in column {columns[column]}", "nothing") : cell);
            }
            else
            {
                features.Add(Number(cell, columns[column], path, line));
            }

            column++;
        }

        if (column < columns.Length)
        {
            throw new SimulationDataException(path, line, $"{columns.Length} columns, as in the header line", $"{column}");
        }
    }

    private static float Number(ReadOnlySpan<char> cell, string column, string path, int line)
    {
        if (cell.IsEmpty)
        {
            return Missing;
        }

        return float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw new SimulationDataException(path, line, $"a finite number in column {column}", $"'{Shortened(cell.ToString())}'");
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Shortened(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    /// <summary>The file's name without folder and endings.</summary>
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? name[..dot] : name;
    }
}
