namespace StreamLearn.Cli.Demos;

/// <summary>Costs of the last choices of a pair, and of the best ones that there were.</summary>
internal sealed class CostWindow
{
    /// <summary>How many choices it holds.</summary>
    internal const int Size = 200;

    private readonly Queue<(double Chosen, double Best)> _last = new(Size);

    /// <summary>Mean cost of the choices; NaN before the first.</summary>
    internal double Mean => _last.Count == 0 ? double.NaN : _last.Average(cost => cost.Chosen);

    /// <summary>Mean cost of the best ones; NaN before the first.</summary>
    internal double BestMean => _last.Count == 0 ? double.NaN : _last.Average(cost => cost.Best);

    /// <summary>Adds a choice, and forgets the oldest where there are too many.</summary>
    internal void Add(double chosen, double best)
    {
        if (_last.Count == Size)
        {
            _last.Dequeue();
        }

        _last.Enqueue((chosen, best));
    }
}
