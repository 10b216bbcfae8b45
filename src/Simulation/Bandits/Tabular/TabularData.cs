namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>A classification data set: rows of finite numbers, and of each the label. What <see cref="TabularBandit"/> makes a bandit of.</summary>
public sealed class TabularData
{
    private readonly float[] _features;
    private readonly int[] _labels;

    /// <param name="name">Name, for tables.</param>
    /// <param name="labels">The labels' names, in the order of their numbers: at least two.</param>
    /// <param name="features">[rows, features], row-major, finite.</param>
    /// <param name="rowLabels">[rows]: the number of each row's label.</param>
    public TabularData(string name, IReadOnlyList<string> labels, float[] features, int[] rowLabels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels.Count, 2, nameof(labels));
        ArgumentOutOfRangeException.ThrowIfZero(rowLabels.Length, nameof(rowLabels));
        if (features.Length == 0 || features.Length % rowLabels.Length != 0)
        {
            throw new ArgumentException($"{features.Length} numbers are no table of {rowLabels.Length} rows.", nameof(features));
        }

        if (rowLabels.Any(label => (uint)label >= (uint)labels.Count))
        {
            throw new ArgumentException($"A label is not from 0 to {labels.Count - 1}.", nameof(rowLabels));
        }

        Name = name;
        Labels = labels;
        _features = features;
        _labels = rowLabels;
        Features = features.Length / rowLabels.Length;
    }

    /// <summary>Name, for tables.</summary>
    public string Name { get; }

    /// <summary>The labels' names, in the order of their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Numbers of a row.</summary>
    public int Features { get; }

    /// <summary>Rows.</summary>
    public int Rows => _labels.Length;

    /// <summary>The numbers of a row.</summary>
    public ReadOnlySpan<float> Row(int row) => _features.AsSpan(row * Features, Features);

    /// <summary>The number of a row's label.</summary>
    public int LabelOf(int row) => _labels[row];
}
