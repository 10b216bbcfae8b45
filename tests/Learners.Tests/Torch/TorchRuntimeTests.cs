using StreamLearn.Learners.Torch;

namespace StreamLearn.Learners.Tests.Torch;

public sealed class TorchRuntimeTests
{
    private const string LoaderIntroduction =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. In order to help diagnose loading problems, "
        + "consider using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment variable: \n";

    [Fact]
    public void Given_this_build_when_checked_then_torch_works()
    {
        TorchCheck check = TorchRuntime.Check();

        Assert.True(check.Works, $"{check.Problem} {check.Advice}");
        Assert.Equal(check.CudaAvailable ? "cuda:0" : "cpu", check.Device);
        Assert.True(check.Threads > 0);
        Assert.Matches(@"^TorchSharp \d+\.\d+\S*, libtorch \d+\.\d+\S*$", check.Version);
    }

    [Fact]
    public void Given_a_check_that_worked_when_checked_again_then_it_says_the_same()
    {
        Assert.Equal(TorchRuntime.Check(), TorchRuntime.Check());
    }

    [Fact]
    public void Given_the_package_file_unpatched_when_explained_then_the_patch_is_the_advice()
    {
        TorchProblem problem = Explain(
            "/app/libLibTorchSharp.so: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by "
            + "/app/libLibTorchSharp.so)\n/app/LibTorchSharp.so: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.OldStandardLibrary, problem.Kind);
        Assert.Contains("patched", problem.Problem, StringComparison.Ordinal);
        Assert.Contains("eng/TorchNative.targets", problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_still_older_libstdcxx_when_explained_then_a_newer_system_is_the_advice()
    {
        TorchProblem problem = Explain(
            "/lib64/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /app/libtorch_cpu.so)");

        Assert.Equal(TorchProblemKind.OldStandardLibrary, problem.Kind);
        Assert.Contains("GLIBCXX_3.4.30", problem.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("eng/", problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_an_old_glibc_when_explained_then_it_is_named_with_its_version()
    {
        TorchProblem problem = Explain("/lib/libc.so.6: version `GLIBC_2.34' not found (required by /app/libLibTorchSharp.so)");

        Assert.Equal(TorchProblemKind.OldSystemLibrary, problem.Kind);
        Assert.Contains("GLIBC_2.34", problem.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libgomp.so.1", "apt-get install libgomp1")]
    [InlineData("libgomp-98b21ff3.so.1", "copy libgomp-98b21ff3.so.1")]
    public void Given_no_openmp_library_when_explained_then_the_advice_says_where_it_comes_from(string file, string advice)
    {
        TorchProblem problem = Explain($"{file}: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.MissingOpenMp, problem.Kind);
        Assert.Contains(advice, problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_no_library_at_all_when_explained_then_it_is_missing()
    {
        TorchProblem problem = Explain(
            "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory\n"
            + "libLibTorchSharp: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.MissingLibrary, problem.Kind);
        Assert.Contains("LibTorchSharp", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_part_of_libtorch_missing_when_explained_then_it_is_named()
    {
        TorchProblem problem = Explain(
            "libtorch_cpu.so: cannot open shared object file: No such file or directory\n"
            + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.MissingLibrary, problem.Kind);
        Assert.StartsWith("libtorch_cpu.so", problem.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_system_library_missing_when_explained_then_it_is_named()
    {
        TorchProblem problem = Explain("libquadmath.so.0: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.MissingDependency, problem.Kind);
        Assert.Contains("libquadmath.so.0", problem.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libcuda.so.1: cannot open shared object file: No such file or directory")]
    [InlineData("Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU.")]
    [InlineData("CUDA driver version is insufficient for CUDA runtime version")]
    [InlineData("Torch device type CUDA did not initialise on the current machine. Trace from LoadNativeBackend:\n    Trying")]
    public void Given_cuda_without_driver_when_explained_then_driver_or_cpu_build_are_the_advice(string message)
    {
        TorchProblem problem = TorchProblem.From(new InvalidOperationException(message));

        Assert.Equal(TorchProblemKind.NoCudaDriver, problem.Kind);
        Assert.Contains("-p:Accelerator=cpu", problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_torchsharps_own_complaint_when_explained_then_its_trace_is_left_out()
    {
        TorchProblem problem = TorchProblem.From(new NotSupportedException(
            "This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64, Version=2.10.0.\n\n"
            + "Trace from LoadNativeBackend:\n    Try loading Windows cuda native components"));

        Assert.Equal(TorchProblemKind.MissingLibrary, problem.Kind);
        Assert.DoesNotContain("Trace", problem.Problem + problem.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_files_for_another_processor_when_explained_then_the_platform_is_the_problem()
    {
        TorchProblem problem = TorchProblem.From(
            new BadImageFormatException("An attempt was made to load a program with an incorrect format."));

        Assert.Equal(TorchProblemKind.UnsupportedPlatform, problem.Kind);
    }

    [Theory]
    [InlineData("/app/libLibTorchSharp.so: file too short")]
    [InlineData("/app/libLibTorchSharp.so: invalid ELF header")]
    public void Given_a_damaged_file_when_explained_then_it_is_not_called_missing(string message)
    {
        TorchProblem problem = Explain(message + "\nlibLibTorchSharp: cannot open shared object file: No such file or directory");

        Assert.Equal(TorchProblemKind.UnsupportedPlatform, problem.Kind);
    }

    [Fact]
    public void Given_a_failed_type_initialiser_when_explained_then_its_cause_is()
    {
        TorchProblem problem = TorchProblem.From(new TypeInitializationException(
            "TorchSharp.torch",
            new DllNotFoundException(LoaderIntroduction + "libgomp.so.1: cannot open shared object file: No such file or directory")));

        Assert.Equal(TorchProblemKind.MissingOpenMp, problem.Kind);
    }

    [Fact]
    public void Given_an_unknown_failure_when_explained_then_its_first_line_is_told()
    {
        TorchProblem problem = TorchProblem.From(new InvalidOperationException("The tensor caught fire.\n   at somewhere"));

        Assert.Equal(TorchProblemKind.Unknown, problem.Kind);
        Assert.Equal("Torch failed: The tensor caught fire.", problem.Problem);
    }

    private static TorchProblem Explain(string loaderMessage) =>
        TorchProblem.From(new DllNotFoundException(LoaderIntroduction + loaderMessage));
}
