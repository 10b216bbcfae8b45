using StreamLearn.Learners.Torch;
using TorchSharp;

namespace StreamLearn.Learners.Liquid;

/// <summary>
/// The elapsed times that liquid cells compute with, in units of the usual gap. Zero, negative and NaN count as the least (a time of zero
/// would divide by zero), anything longer than the most as the most.
/// </summary>
internal static class ElapsedRange
{
    internal const float Least = 1e-3f;

    /// <summary>So long that every state has settled; only there so that the infinite stays a number.</summary>
    internal const float Most = 1e6f;

    internal static float Clamp(float elapsed) => elapsed > Least ? MathF.Min(elapsed, Most) : Least;

    /// <summary>The same on Torch, for times that nothing leads back to.</summary>
    internal static torch.Tensor Clamp(torch.Tensor elapsed)
    {
        using Scalar least = Least;
        using Scalar most = Most;
        return elapsed.nan_to_num(Least, Most, Least).clamp_(least, most);
    }
}
