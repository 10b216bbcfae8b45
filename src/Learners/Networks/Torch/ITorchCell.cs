using TorchSharp;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A recurrent cell on Torch: the twin of <see cref="Cpu.IRecurrentCell"/>, step by step; Torch finds the way back.</summary>
internal interface ITorchCell
{
    /// <summary>To be called before the steps of a window, for what is the same in all of them. Its tensors are the caller's dispose scope's.</summary>
    void Begin(TorchBlocks blocks)
    {
    }

    /// <summary>The state after a step.</summary>
    /// <param name="blocks">The network's blocks, by the order of the layout, in their shapes.</param>
    /// <param name="input">[batch, inputs].</param>
    /// <param name="elapsed">[batch, 1].</param>
    /// <param name="state">[batch, state].</param>
    torch.Tensor Step(TorchBlocks blocks, torch.Tensor input, torch.Tensor elapsed, torch.Tensor state);
}
