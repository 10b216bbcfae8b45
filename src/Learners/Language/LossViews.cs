using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Language;

/// <summary>How likely texts were found: since the start, over a window, fading.</summary>
internal sealed class LossViews
{
    internal const int Fields = 2 + Parts;

    // Of the window: it covers from three quarters to all of it.
    private const int Parts = 4;

    private readonly LossSums[] _parts = new LossSums[Parts];

    /// <summary>Since the start.</summary>
    internal LossSums Total { get; private set; }

    /// <summary>Older ones counting less.</summary>
    internal LossSums Fading { get; private set; }

    /// <summary>The last ones.</summary>
    internal LossSums Window => _parts[0] + _parts[1] + _parts[2] + _parts[3];

    internal void Add(LossSums sums, LanguageScoring scoring)
    {
        Total += sums;

        // As if each of its tokens had come by itself, with the mean loss of all: how a learner cuts texts makes no difference.
        var rest = Math.Pow(scoring.Fading, sums.Tokens);
        var own = sums.Tokens > 0 ? (1 - rest) / (sums.Tokens * (1 - scoring.Fading)) : 1;
        Fading = Fading.Times(rest) + sums.Times(own);
        if (_parts[0].Tokens >= scoring.Window / (double)Parts)
        {
            _parts.AsSpan(0, Parts - 1).CopyTo(_parts.AsSpan(1));
            _parts[0] = default;
        }

        _parts[0] += sums;
    }

    internal void Save(ref MessagePackWriter writer)
    {
        Total.Save(ref writer);
        Fading.Save(ref writer);
        foreach (var part in _parts)
        {
            part.Save(ref writer);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        Total = LossSums.Load(ref reader);
        Fading = LossSums.Load(ref reader);
        foreach (ref var part in _parts.AsSpan())
        {
            part = LossSums.Load(ref reader);
        }
    }
}
