namespace StreamLearn.Learners.Torch;

/// <summary>Whether Torch works in this process, and if not, why and what to do about it.</summary>
/// <param name="Works">Torch loaded and multiplied two matrices correctly.</param>
/// <param name="Version">Versions of TorchSharp and, if it loaded, of libtorch.</param>
/// <param name="Device">Where the matrices were multiplied, as Torch names it: <c>cpu</c>, <c>cuda:0</c>.</param>
/// <param name="CudaAvailable">Torch found a CUDA device it can use.</param>
/// <param name="Threads">Threads Torch uses within one operation on the CPU; 0 if it did not load.</param>
/// <param name="Problem">What is wrong, in one or two sentences; also set if Torch works, but not on the GPU it is built for.</param>
/// <param name="Advice">What to do about <paramref name="Problem"/>.</param>
public sealed record TorchCheck(
    bool Works, string Version, string Device, bool CudaAvailable, int Threads, string? Problem, string? Advice);
