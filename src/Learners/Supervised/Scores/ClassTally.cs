using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Supervised.Scores;

/// <summary>Counts of one learner's predictions over one past. A prediction is added at the same cost however many classes there are.</summary>
internal sealed class ClassTally
{
    /// <summary>Fields that <see cref="Save"/> writes.</summary>
    internal const int Fields = 4;

    private const int Numbers = 5;

    private readonly double[] _bins = new double[ClassSums.BinCount * ClassSums.BinNumbers];

    // By class, from index 1 on; index 0: none of the classes that are known.
    private double[] _came = new double[1];
    private double[] _predicted = new double[1];
    private double _correct;
    private double _lastCorrect;
    private double _logLoss;
    private double _brier;

    internal double Weight { get; private set; }

    /// <summary>Makes room for classes.</summary>
    internal void Grow(int classes)
    {
        if (_came.Length <= classes)
        {
            Array.Resize(ref _came, 1 + classes);
            Array.Resize(ref _predicted, 1 + classes);
        }
    }

    internal void Add(in ScoredClass scored, double weight)
    {
        Weight += weight;
        _correct += scored.IsCorrect ? weight : 0;
        _lastCorrect += scored.IsLast ? weight : 0;
        _logLoss += weight * scored.LogLoss;
        _brier += weight * scored.Brier;
        _came[1 + scored.Label] += weight;
        _predicted[1 + scored.Predicted] += weight;
        var at = Math.Min(ClassSums.BinCount - 1, (int)(scored.Confidence * ClassSums.BinCount)) * ClassSums.BinNumbers;
        _bins[at] += weight;
        _bins[at + 1] += weight * scored.Confidence;
        _bins[at + 2] += scored.IsCorrect ? weight : 0;
    }

    /// <summary>As if all had weighed so much more.</summary>
    internal void Multiply(double factor)
    {
        Weight *= factor;
        _correct *= factor;
        _lastCorrect *= factor;
        _logLoss *= factor;
        _brier *= factor;
        foreach (var numbers in (ReadOnlySpan<double[]>)[_bins, _came, _predicted])
        {
            TensorPrimitives.Multiply(numbers, factor, numbers);
        }
    }

    internal void Clear() => Multiply(0);

    /// <summary>Some together.</summary>
    /// <param name="tallies">Of as many classes.</param>
    /// <param name="factor">By which all are multiplied.</param>
    internal static ClassSums Sum(ReadOnlySpan<ClassTally> tallies, double factor)
    {
        var (bins, came, predicted) = (new double[ClassSums.BinCount * ClassSums.BinNumbers], new double[tallies[0]._came.Length], new double[tallies[0]._came.Length]);
        double weight = 0, correct = 0, last = 0, logLoss = 0, brier = 0;
        foreach (var tally in tallies)
        {
            weight += tally.Weight;
            correct += tally._correct;
            last += tally._lastCorrect;
            logLoss += tally._logLoss;
            brier += tally._brier;
            TensorPrimitives.Add(bins, tally._bins, bins);
            TensorPrimitives.Add(came, tally._came, came);
            TensorPrimitives.Add(predicted, tally._predicted, predicted);
        }

        // Class 0 is none: what nobody can be right about by chance.
        var expected = weight > 0 ? TensorPrimitives.Dot<double>(came.AsSpan(1), predicted.AsSpan(1)) / weight : 0;
        TensorPrimitives.Multiply(bins, factor, bins);
        return new ClassSums(weight * factor, correct * factor, last * factor, expected * factor, logLoss * factor, brier * factor, bins);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Numbers);
        writer.Write(Weight);
        writer.Write(_correct);
        writer.Write(_lastCorrect);
        writer.Write(_logLoss);
        writer.Write(_brier);
        writer.WriteDoubles(_bins);
        writer.WriteDoubles(_came);
        writer.WriteDoubles(_predicted);
    }

    /// <summary>Four fields, of as many classes as it has grown to.</summary>
    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadLength(Numbers);
        (Weight, _correct, _lastCorrect, _logLoss, _brier) =
            (reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite(), reader.ReadFinite());
        reader.ReadDoubles(_bins);
        reader.ReadDoubles(_came);
        reader.ReadDoubles(_predicted);
        StateFormat.Require(
            Weight >= 0 && _correct >= 0 && _lastCorrect >= 0 && _logLoss >= 0 && _brier >= 0 && TensorPrimitives.Min<double>(_bins) >= 0 && TensorPrimitives.Min<double>(_came) >= 0
            && TensorPrimitives.Min<double>(_predicted) >= 0,
            "a count of predictions is negative");
    }

    /// <summary>Of no classes, to be loaded.</summary>
    internal void Shrink() => (_came, _predicted) = (new double[1], new double[1]);
}
