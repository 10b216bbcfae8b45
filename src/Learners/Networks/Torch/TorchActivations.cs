using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>Activations that Torch does not have.</summary>
internal static class TorchActivations
{
    /// <summary>See <see cref="Activation.LecunTanh"/>.</summary>
    internal static Tensor LecunTanh(Tensor x) => x.Times(0.666).tanh().Times(1.7159);
}
