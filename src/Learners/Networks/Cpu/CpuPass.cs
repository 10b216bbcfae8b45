namespace StreamLearn.Learners.Networks.Cpu;

/// <summary>The ends of a pass through a network on the CPU: what comes out, what goes back in, and whose it is.</summary>
internal sealed class CpuPass(NetworkArchitecture architecture, int maxRows, PinnedFloats delta)
{
    internal PinnedFloats Logits { get; } = new(checked(maxRows * architecture.Outputs));

    internal PinnedFloats Outputs => field ??= architecture.Head == Head.Linear ? Logits : new PinnedFloats(maxRows * architecture.Outputs);

    /// <summary>Gradient by the logits when going back starts.</summary>
    internal PinnedFloats Delta { get; set; } = delta;

    internal CpuGradient Gradient { get; } = new(architecture.Layout);

    /// <summary>Rows of the last forward pass.</summary>
    internal int Rows { get; set; }

    /// <summary>Whose logits and outputs these are.</summary>
    internal CpuNetwork? Forwarded { get; set; }

    /// <summary>Whose forward pass can be gone back through.</summary>
    internal CpuNetwork? Kept { get; set; }
}
