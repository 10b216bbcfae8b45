using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Forecasting.Recurrent;

/// <summary>
/// The last records of a series as a recurrent network saw them: a ring of inputs, elapsed times, steps, and the state before each where it
/// is carried. A step without a record is no row; the next one's elapsed time tells of it.
/// </summary>
/// <param name="length">How many records.</param>
/// <param name="inputs">Inputs of each.</param>
/// <param name="stateSize">Numbers of state kept with each; 0: none.</param>
internal sealed class RecentRecords(int length, int inputs, int stateSize)
{
    internal const int Fields = 6;

    private readonly float[] _inputs = new float[length * inputs];
    private readonly float[] _elapsed = new float[length];
    private readonly float[] _states = new float[length * stateSize];
    private readonly long[] _steps = new long[length];
    private int _head;

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>Begins the next record.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="elapsed">Time since the record before.</param>
    /// <param name="state">The state before it.</param>
    /// <returns>Room for its inputs.</returns>
    internal Span<float> Append(long step, float elapsed, ReadOnlySpan<float> state)
    {
        _head = _head + 1 == length ? 0 : _head + 1;
        Count = Math.Min(Count + 1, length);
        _steps[_head] = step;
        _elapsed[_head] = elapsed;
        state.CopyTo(_states.AsSpan(_head * stateSize, stateSize));
        return _inputs.AsSpan(_head * inputs, inputs);
    }

    /// <summary>How many records ago that of a step is, 0 being the last; -1: there is none any more, or never was.</summary>
    internal int AgeOf(long step)
    {
        // Ages from `low` to `high` - 1 are still possible; steps fall with age.
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var found = _steps[At(middle)];
            if (found == step)
            {
                return middle;
            }

            if (found > step)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return -1;
    }

    internal ReadOnlySpan<float> Inputs(int age) => _inputs.AsSpan(At(age) * inputs, inputs);

    internal float Elapsed(int age) => _elapsed[At(age)];

    /// <summary>The state before the record.</summary>
    internal ReadOnlySpan<float> StateBefore(int age) => _states.AsSpan(At(age) * stateSize, stateSize);

    /// <summary>The state before each of them is zero.</summary>
    internal void ClearStates() => _states.AsSpan().Clear();

    internal void Save(ref MessagePackWriter writer)
    {
        writer.Write(_head);
        writer.Write(Count);
        writer.WriteFloats(_inputs);
        writer.WriteFloats(_elapsed);
        writer.WriteFloats(_states);
        writer.WriteArrayHeader(length);
        foreach (var step in _steps)
        {
            // Always as long: a state does not grow with the age of its series.
            writer.WriteInt64(step);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        _head = reader.ReadInt32();
        Count = reader.ReadInt32();
        StateFormat.Require(_head >= 0 && _head < length && Count >= 0 && Count <= length, "there is no such record");
        reader.ReadFloats(_inputs);
        reader.ReadFloats(_elapsed);
        reader.ReadFloats(_states);
        reader.ReadLength(length);
        for (var i = 0; i < length; i++)
        {
            _steps[i] = reader.ReadInt64();
        }
    }

    private int At(int age)
    {
        var at = _head - age;
        return at < 0 ? at + length : at;
    }
}
