namespace StreamLearn.Learners.Tests.Networks;

/// <summary>Where the tests run networks on Torch: on the processor, or with STREAMLEARN_TEST_CUDA=1 on a GPU (see docs/unverified.md).</summary>
internal static class TestDevice
{
    internal static bool Cuda { get; } = Environment.GetEnvironmentVariable("STREAMLEARN_TEST_CUDA") == "1";
}
