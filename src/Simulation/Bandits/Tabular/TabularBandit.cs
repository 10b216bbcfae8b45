using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Simulation.Bandits.Tabular;

/// <summary>
/// A data set as a bandit: a row is a context, its labels are the actions, and the cost is 0 for the row's label and 1 for every other one.
/// </summary>
/// <remarks>
/// Each row has length 1 (a row of zeros stays one). All actions share it: the encoding of action a, the row in block a of K and zeros elsewhere, is left to the learner.
/// So NeuralUCB, NeuralTS and EE-Net make bandits of such sets.
/// </remarks>
public sealed class TabularBandit
{
    private readonly TabularData _data;
    private readonly float[] _rows;

    /// <param name="data">The data set.</param>
    public TabularBandit(TabularData data)
    {
        _data = data;
        _rows = new float[data.Rows * data.Features];
        for (var row = 0; row < data.Rows; row++)
        {
            Normalize(data.Row(row), _rows.AsSpan(row * data.Features, data.Features));
        }

        Task = new BanditTask { Actions = data.Labels, SharedFeatures = data.Features, Feedback = FeedbackKind.Cost }.Validate();
    }

    /// <summary>Among what is decided.</summary>
    public BanditTask Task { get; }

    /// <summary>Name of the data set.</summary>
    public string Name => _data.Name;

    /// <summary>Rows, and so the most rounds.</summary>
    public int Rows => _data.Rows;

    /// <summary>What is decided on.</summary>
    public BanditContext ContextOf(int row) => new(Task.Actions.Count, _rows.AsSpan(row * _data.Features, _data.Features));

    /// <summary>What an action costs: 0 or 1.</summary>
    public int CostOf(int row, int action) => _data.LabelOf(row) == action ? 0 : 1;

    /// <summary>The rows in an order that the seed says, each once.</summary>
    public int[] Order(ulong seed)
    {
        var random = new Xoshiro256(seed);
        int[] order = [.. Enumerable.Range(0, Rows)];
        for (var last = order.Length - 1; last > 0; last--)
        {
            var other = (int)(random.NextDouble() * (last + 1));
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    private static void Normalize(ReadOnlySpan<float> row, Span<float> normalized)
    {
        var squares = 0.0;
        foreach (var number in row)
        {
            squares += (double)number * number;
        }

        var length = squares > 0 ? Math.Sqrt(squares) : 1;
        for (var i = 0; i < row.Length; i++)
        {
            normalized[i] = (float)(row[i] / length);
        }
    }
}
