using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Ratios;

/// <summary>
/// Realises a replay ratio, whatever positive number it is: each agent step adds the ratio to the credit, and whole updates are paid from it. With 0.5 every second step has one, with 2 each has two.
/// </summary>
public sealed class UpdateCredit
{
    private const string Name = "update-credit";

    // Of credits whose sums are not exact, such as those of 1/3, three must be one.
    private const double Rounding = 1e-9;

    private double _credit;

    /// <summary>Updates that are due after one more agent step.</summary>
    /// <param name="ratio">Gradient updates for each agent step, above 0.</param>
    public int Earn(double ratio)
    {
        if (!(ratio > 0 && double.IsFinite(ratio)))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, $"The replay ratio is {ratio}; expected a finite number above 0.");
        }

        _credit += ratio;
        var due = (int)Math.Floor(_credit + Rounding);
        _credit = Math.Max(0, _credit - due);
        return due;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, version: 1, fields: 1);
        writer.Write(_credit);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, version: 1, fields: 1);
        _credit = reader.ReadFinite();
        StateFormat.Require(_credit is >= 0 and < 1, "a credit of updates is out of range");
    }
}
