using MessagePack;

namespace StreamLearn.Learners.Examples;

/// <summary>What a fleet answers to an <see cref="ExampleBatch"/>: one row for each example, in the same order.</summary>
[MessagePackObject]
public sealed class PredictionBatch
{
    /// <summary>No predictions.</summary>
    public static readonly PredictionBatch Empty = new([], [], [], 0);

    public PredictionBatch(ExampleStatus[] statuses, long[] modelVersions, double[] values, int width)
    {
        if (modelVersions.Length != statuses.Length || values.Length != statuses.Length * width)
        {
            throw new ArgumentException(
                $"Columns of unequal length: {statuses.Length} statuses, {modelVersions.Length} versions, {values.Length} numbers; " +
                $"expected {statuses.Length} of each and {statuses.Length} x {width} numbers.");
        }

        Statuses = statuses;
        ModelVersions = modelVersions;
        Values = values;
        Width = width;
    }

    /// <summary>What became of each example.</summary>
    [Key(0)]
    public ExampleStatus[] Statuses { get; }

    /// <summary>How many examples the model that predicted had learned from.</summary>
    [Key(1)]
    public long[] ModelVersions { get; }

    /// <summary>The predictions, row-major, <see cref="Count"/> x <see cref="Width"/>; zero where an example was not predicted.</summary>
    [Key(2)]
    public double[] Values { get; }

    /// <summary>Numbers per row; for forecasts {value, lo, hi} for each horizon.</summary>
    [Key(3)]
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    [IgnoreMember]
    public int Count => Statuses.Length;

    /// <summary>Room for the predictions on <paramref name="count"/> examples.</summary>
    public static PredictionBatch Allocate(int count, int width) =>
        count == 0 ? Empty : new PredictionBatch(new ExampleStatus[count], new long[count], new double[count * width], width);

    /// <summary>The numbers of a row.</summary>
    public Span<double> Row(int row) => Values.AsSpan(row * Width, Width);
}
