using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting;

/// <summary>
/// The last observations of a series, as observed: what a learner that looks back needs. A step without a record counts as the last one before it.
/// </summary>
/// <param name="length">How many steps it goes back, the current one included.</param>
/// <param name="features">Features of an observation.</param>
internal sealed class ObservationHistory(int length, int features)
{
    // Rings with the newest at _head: values, then features.
    private readonly double[] _values = new double[length];
    private readonly double[] _featureRows = new double[length * features];
    private int _head;

    /// <summary>Steps so far, missing ones included; those beyond the length are forgotten.</summary>
    internal long Steps { get; private set; }

    /// <summary>The value some steps ago; 0: the current one.</summary>
    internal double Value(int age) => _values[At(age)];

    /// <summary>The features some steps ago.</summary>
    internal ReadOnlySpan<double> Features(int age) => _featureRows.AsSpan(At(age) * features, features);

    /// <summary>Moves to the next step, which has the observation {value, features}.</summary>
    internal void Append(ReadOnlySpan<double> observation)
    {
        _head = _head + 1 == length ? 0 : _head + 1;
        _values[_head] = observation[0];
        observation[1..].CopyTo(_featureRows.AsSpan(_head * features));
        Steps++;
    }

    /// <summary>Moves over steps without a record. Costs no more than the length, however many.</summary>
    internal void Skip(long steps)
    {
        if (Steps == 0)
        {
            return;
        }

        Span<double> last = stackalloc double[1 + features];
        last[0] = Value(0);
        Features(0).CopyTo(last[1..]);
        var appended = Math.Min(steps, length);
        for (var i = 0; i < appended; i++)
        {
            Append(last);
        }

        Steps += steps - appended;
    }

    /// <summary>Writes two fields: where the series is.</summary>
    internal void SavePosition(ref MessagePackWriter writer)
    {
        writer.Write(_head);
        writer.Write(Steps);
    }

    /// <summary>Writes two fields: the observations.</summary>
    internal void SaveObservations(ref MessagePackWriter writer)
    {
        writer.WriteDoubles(_values);
        writer.WriteDoubles(_featureRows);
    }

    internal void LoadPosition(ref MessagePackReader reader)
    {
        _head = reader.ReadInt32();
        Steps = reader.ReadInt64();
        StateFormat.Require(_head >= 0 && _head < length && Steps >= 0, "there is no such step");
    }

    internal void LoadObservations(ref MessagePackReader reader)
    {
        reader.ReadDoubles(_values);
        reader.ReadDoubles(_featureRows);
    }

    private int At(int age)
    {
        var at = _head - age;
        return at < 0 ? at + length : at;
    }
}
