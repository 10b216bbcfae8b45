using MessagePack;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>Prequential counts of one learner's predictions of classes: since the start, over a window of labels, and fading.</summary>
/// <remarks>As <see cref="ErrorStatistics"/> has it: the window moves in quarters. The fading counts grow instead: each label weighs more than the one
/// before, which costs the same however many classes there are, and now and then all are brought down again.</remarks>
internal sealed class ClassStatistics
{
    private const int Quarters = 4;
    private const double LargestUnit = 1e100;

    private readonly int _quarter;
    private readonly double _fading;
    private readonly ClassTally _total = new();
    private readonly ClassTally _faded = new();
    private readonly ClassTally[] _window = [new(), new(), new(), new()];
    private int _current;

    // What the last label weighs in the fading counts.
    private double _unit = 1;

    internal ClassStatistics(ScoringOptions options)
    {
        _quarter = options.Window / Quarters;
        _fading = options.Fading;
    }

    internal ClassSums Of(ScoreView view) => view switch
    {
        ScoreView.SinceStart => ClassTally.Sum([_total], 1),
        ScoreView.Windowed => ClassTally.Sum(_window, 1),
        _ => ClassTally.Sum([_faded], 1 / _unit),
    };

    internal void Grow(int classes)
    {
        foreach (var tally in Tallies())
        {
            tally.Grow(classes);
        }
    }

    internal void Add(in ScoredClass scored)
    {
        _total.Add(scored, 1);
        _unit /= _fading;
        if (_unit > LargestUnit)
        {
            _faded.Multiply(1 / _unit);
            _unit = 1;
        }

        _faded.Add(scored, _unit);
        if (_window[_current].Weight >= _quarter)
        {
            _current = (_current + 1) % Quarters;
            _window[_current].Clear();
        }

        _window[_current].Add(scored, 1);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2 + ((2 + Quarters) * ClassTally.Fields));
        writer.Write(_current);
        writer.Write(_unit);
        foreach (var tally in Tallies())
        {
            tally.Save(ref writer);
        }
    }

    /// <param name="reader">Where <see cref="Save"/> has written to.</param>
    /// <param name="classes">Classes that were known.</param>
    internal void Load(ref MessagePackReader reader, int classes)
    {
        reader.ReadLength(2 + ((2 + Quarters) * ClassTally.Fields));
        _current = reader.ReadInt32();
        _unit = reader.ReadFinite();
        StateFormat.Require(_current is >= 0 and < Quarters, "there is no such quarter of a window");
        StateFormat.Require(_unit is >= 1 and <= LargestUnit, "what a label weighs is out of range");
        foreach (var tally in Tallies())
        {
            tally.Shrink();
            tally.Grow(classes);
            tally.Load(ref reader);
        }
    }

    private ReadOnlySpan<ClassTally> Tallies() => (ClassTally[])[_total, _faded, .. _window];
}
