namespace StreamLearn.Bench.Networks;

/// <summary>Times of one step over several rounds, microseconds, and what it allocated.</summary>
internal sealed class StepTimes
{
    private readonly List<double> _rounds = [];

    internal double Median => _rounds.Order().ElementAt(_rounds.Count / 2);

    internal double Best => _rounds.Min();

    /// <summary>Managed memory that the measuring thread allocated per step, bytes; of the round with the most.</summary>
    internal double Allocated { get; private set; }

    internal void Add(double microseconds, double bytes)
    {
        _rounds.Add(microseconds);
        Allocated = Math.Max(Allocated, bytes);
    }
}
