using StreamLearn.Learners.Options;

namespace StreamLearn.Learners.Reinforcement.Replay;

/// <summary>Settings of a replay buffer. Immutable.</summary>
public sealed record ReplayOptions
{
    /// <summary>Memory that one buffer may have at most, unless it is said otherwise: 1 GiB.</summary>
    public const long DefaultMaxBytes = 1L << 30;

    private const int SmallestSegment = 64;
    private const int LargestSegment = 4096;
    private const int SegmentBytes = 1 << 20;

    /// <summary>Steps that are kept; when there are more, the oldest segment goes. Default 100,000; 20,000 for pictures.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>Bytes that it may take; a capacity that needs more is refused.</summary>
    public long MaxBytes { get; init; } = DefaultMaxBytes;

    /// <summary>Steps n of a return before the value of what follows, at least 1. Default 3.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>Discount γ of a step, in [0, 1]. Default 0.99.</summary>
    public double Discount { get; init; } = 0.99;

    /// <summary>Whether what surprised most is drawn most (Schaul et al. 2016), or everything alike (the default).</summary>
    public bool Prioritized { get; init; }

    /// <summary>Exponent α of priorities, in [0, 1]; 0: everything alike. Default 0.6.</summary>
    public double PriorityExponent { get; init; } = 0.6;

    /// <summary>Exponent β of the correction for it, in [0, 1]; 1: in full. Default 0.4.</summary>
    public double CorrectionExponent { get; init; } = 0.4;

    /// <summary>Where messages say that it is set.</summary>
    public string Path { get; init; } = "replay";

    /// <summary>Steps of a segment: of about a megabyte, and so few that four make a buffer.</summary>
    public int SegmentSteps(StepShape shape)
    {
        var steps = SmallestSegment;
        while (steps < LargestSegment && 2L * steps * shape.StepBytes <= SegmentBytes)
        {
            steps *= 2;
        }

        return Math.Clamp(Capacity / 4, 1, steps);
    }

    /// <summary>Segments that are in memory at most.</summary>
    public int Segments(StepShape shape)
    {
        var steps = SegmentSteps(shape);
        return (int)(((long)Capacity + steps - 1) / steps) + 1;
    }

    /// <summary>Bytes that it takes when it is full.</summary>
    public long Bytes(StepShape shape)
    {
        var steps = (long)Segments(shape) * SegmentSteps(shape);
        return (steps * (shape.StepBytes + sizeof(int))) + (Prioritized ? PriorityTree.BytesOf(steps) : 0);
    }

    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    internal ReplayOptions Checked(StepShape shape)
    {
        Require(Steps >= 1, "n-step", Text($"{Steps}"), "at least 1");
        Require(Capacity > Steps, "capacity", Text($"{Capacity}"), FormattableString.Invariant($"more than n-step, {Steps}: no return would ever be complete"));
        Require(Discount is >= 0 and <= 1, "discount", Text($"{Discount}"), "a number from 0 to 1");
        Require(PriorityExponent is >= 0 and <= 1, "priority-exponent", Text($"{PriorityExponent}"), "a number from 0 to 1");
        Require(CorrectionExponent is >= 0 and <= 1, "correction-exponent", Text($"{CorrectionExponent}"), "a number from 0 to 1");
        var bytes = Bytes(shape);
        Require(
            bytes <= MaxBytes, "capacity", FormattableString.Invariant($"{Capacity} steps of {shape.StepBytes} bytes, {bytes:N0} bytes in all"),
            FormattableString.Invariant($"at most {Path}.max-bytes, {MaxBytes:N0}"));
        Require((long)SegmentSteps(shape) * shape.StepBytes < int.MaxValue, "capacity", Text($"{Capacity}"), "segments of less than 2 GiB");
        return this;

        void Require(bool holds, string name, string actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{Path}.{name}", actual, expected);
            }
        }

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }
}
