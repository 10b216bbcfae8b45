using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Drift;

/// <summary>
/// One alarm per drift: after an alarm of the detector within, others are kept back for a number of values. That detector sees all values
/// all the while.
/// </summary>
internal sealed class CoolingDetector : DriftDetector
{
    /// <summary>The setting's name.</summary>
    internal const string Setting = "cool-down";

    private const int StateVersion = 1;
    private const int StateFields = 2;

    private readonly IDriftDetector _within;
    private readonly int _coolDown;
    private int _left;

    /// <param name="within">The detector, which belongs to this from now on.</param>
    /// <param name="coolDown">Values after an alarm that cannot give another.</param>
    internal CoolingDetector(IDriftDetector within, int coolDown)
        : base("cooling", StateVersion, StateFields) => (_within, _coolDown) = (within, coolDown);

    public override void Reset()
    {
        _left = 0;
        _within.Reset();
    }

    protected override bool Observe(double value)
    {
        var alarm = _within.Add(value);
        if (_left > 0)
        {
            _left--;
            return false;
        }

        _left = alarm ? _coolDown : 0;
        return alarm;
    }

    protected override void WriteFields(ref MessagePackWriter writer)
    {
        writer.Write(_left);
        _within.Save(ref writer);
    }

    protected override void ReadFields(ref MessagePackReader reader)
    {
        _left = reader.ReadInt32();
        StateFormat.Require(_left >= 0 && _left <= _coolDown, "a cool-down lasts too long");
        _within.Load(ref reader);
    }
}
