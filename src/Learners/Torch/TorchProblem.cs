using System.Text.RegularExpressions;

namespace StreamLearn.Learners.Torch;

/// <summary>What kind of thing keeps Torch from working; see <see cref="TorchProblem"/>.</summary>
internal enum TorchProblemKind
{
    Unknown,
    MissingLibrary,
    MissingDependency,
    MissingOpenMp,
    OldStandardLibrary,
    OldSystemLibrary,
    NoCudaDriver,
    UnsupportedPlatform,
    WrongResult,
}

/// <summary>Why Torch does not work and what to do, in words for whoever runs the program: no stack traces, no load traces.</summary>
internal sealed partial record TorchProblem(TorchProblemKind Kind, string Problem, string Advice)
{
    private const string Rebuild =
        "Build again and copy the output folder as a whole, following links (cp -rL), or use `dotnet publish`.";

    /// <summary>A CUDA build on a machine whose GPU it cannot use; Torch still works on the CPU.</summary>
    internal static TorchProblem NoCudaDriver { get; } = new(
        TorchProblemKind.NoCudaDriver,
        "This is the CUDA build, but no usable NVIDIA driver or GPU was found.",
        "Install an NVIDIA driver that supports CUDA 12.8 (nvidia-smi must list the GPU; in a container, start it with --gpus all), "
        + "or build for the CPU with -p:Accelerator=cpu.");

    /// <summary>Torch loaded, yet does not compute what it should.</summary>
    internal static TorchProblem WrongProduct(string device) => new(
        TorchProblemKind.WrongResult,
        $"Torch loaded, but its product of two small matrices on {device} is wrong.",
        "Run `dotnet clean` and build again, so that all of libtorch's files are of one version; if that does not help, "
        + "the hardware or its driver is at fault.");

    /// <summary>Explains what loading or using Torch has thrown.</summary>
    internal static TorchProblem From(Exception exception)
    {
        // The first exception is often only "the type initialiser threw": the reason is in the inner ones.
        string text = "";
        Exception innermost = exception;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            text += cause.Message + "\n";
            innermost = cause;
        }

        return OldLibrary(text)
            ?? NoDriver(text)
            ?? MissingDependency(text)
            ?? UnsupportedPlatform(text, innermost)
            ?? MissingLibrary(text, innermost)
            ?? new TorchProblem(
                TorchProblemKind.Unknown,
                $"Torch failed: {FirstLine(innermost)}",
                "Build again after `dotnet clean`; if that does not help, report this with the output of `ldd libLibTorchSharp.so`.");
    }

    private static TorchProblem? OldLibrary(string text)
    {
        Match match = VersionNotFound().Match(text);
        if (!match.Success)
        {
            return null;
        }

        string version = match.Groups["version"].Value;
        if (version.StartsWith("GLIBC_", StringComparison.Ordinal))
        {
            return new TorchProblem(
                TorchProblemKind.OldSystemLibrary,
                $"The C library of this system (glibc) is too old for libtorch: it lacks {version}.",
                "Use a newer system, Debian 12, Ubuntu 22.04, RHEL 9 or later, or a container image of one.");
        }

        // The one version that the build's patch takes away; the patch did not run if it is still asked for.
        return version == "GLIBCXX_3.4.32"
            ? new TorchProblem(
                TorchProblemKind.OldStandardLibrary,
                "The C++ library of this system (libstdc++) is older than GCC 13's, and libLibTorchSharp.so is the package's own "
                + $"file, which asks for {version}, not the patched copy that works here.",
                "Build with this repository's Directory.Build.targets (eng/TorchNative.targets patches the file) and copy the native "
                + "files from that build's output folder, not from the package cache; or install libstdc++ of GCC 13 or later.")
            : new TorchProblem(
                TorchProblemKind.OldStandardLibrary,
                $"The C++ library of this system (libstdc++) is too old for libtorch: it lacks {version}.",
                "Install a newer libstdc++6, or use Debian 12, Ubuntu 22.04, RHEL 9 or later.");
    }

    private static TorchProblem? NoDriver(string text) =>
        NvidiaFailure().IsMatch(text) ? NoCudaDriver : null;

    private static TorchProblem? MissingDependency(string text)
    {
        // The loader tries several names for the library itself: those misses say nothing if another file of it was found.
        string? missing = CannotOpen().Matches(text)
            .Select(match => match.Groups["file"].Value)
            .FirstOrDefault(file => !file.Contains("LibTorchSharp", StringComparison.Ordinal));
        return missing switch
        {
            null => null,
            _ when missing.StartsWith("libgomp", StringComparison.Ordinal) => new TorchProblem(
                TorchProblemKind.MissingOpenMp,
                $"GCC's OpenMP library, {missing}, which libtorch uses for its threads, was not found.",
                missing.Contains('-', StringComparison.Ordinal)
                    ? $"It comes with libtorch: copy {missing} from the build's output folder to where the program is."
                    : "Install it: `apt-get install libgomp1` on Debian and Ubuntu, `dnf install libgomp` on Fedora and RHEL."),
            _ when missing.StartsWith("libtorch", StringComparison.Ordinal) || missing.StartsWith("libc10", StringComparison.Ordinal) =>
                new TorchProblem(
                    TorchProblemKind.MissingLibrary,
                    $"{missing}, a part of libtorch, was not found next to the program.",
                    Rebuild),
            _ => new TorchProblem(
                TorchProblemKind.MissingDependency,
                $"The system library {missing}, which libtorch needs, was not found.",
                "Install the system's package that has it; `ldd libLibTorchSharp.so` in the program's folder lists all that are missing."),
        };
    }

    private static TorchProblem? UnsupportedPlatform(string text, Exception innermost) =>
        innermost is BadImageFormatException or PlatformNotSupportedException || WrongPlatform().IsMatch(text)
            ? new TorchProblem(
                TorchProblemKind.UnsupportedPlatform,
                "The native files of Torch are damaged, or for another system or processor than this one.",
                "Build again on, or with `-r` for, the system it runs on: 64-bit Linux with glibc (not Alpine), Windows, "
                + "or macOS on Apple silicon.")
            : null;

    private static TorchProblem? MissingLibrary(string text, Exception innermost) =>
        innermost is DllNotFoundException or FileNotFoundException || NotReferenced().IsMatch(text)
            ? new TorchProblem(
                TorchProblemKind.MissingLibrary,
                "Torch's native library (LibTorchSharp) was not found next to the program.",
                OperatingSystem.IsWindows() ? Rebuild + " Windows also needs the Visual C++ 2015-2022 redistributable." : Rebuild)
            : null;

    /// <summary>TorchSharp appends its trace of load attempts to messages, .NET appends advice for programmers: leave both out.</summary>
    private static string FirstLine(Exception exception)
    {
        string line = exception.Message.Split('\n', 2)[0].Trim();
        return line.Length > 0 ? line : $"{exception.GetType().Name} without a message.";
    }

    [GeneratedRegex(@"version [`'](?<version>(GLIBCXX|CXXABI|GLIBC)_[\w.]+)' not found", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionNotFound();

    [GeneratedRegex(
        @"libcuda\.so|libnvidia|no nvidia driver|no cuda-capable device|cuda driver|cuda is not available"
        + @"|device type cuda did not initiali[sz]e|not compiled with cuda|not linked with support for cuda",
        RegexOptions.IgnoreCase)]
    private static partial Regex NvidiaFailure();

    [GeneratedRegex(@"(?<file>[^\s/:]+): cannot open shared object file", RegexOptions.ExplicitCapture)]
    private static partial Regex CannotOpen();

    [GeneratedRegex(
        @"wrong ELF class|invalid ELF header|file too short|incompatible architecture"
        + @"|Error relocating|Error loading shared library|only supports 64-bit",
        RegexOptions.IgnoreCase)]
    private static partial Regex WrongPlatform();

    [GeneratedRegex(@"doesn't contain a reference to libtorch|is not restored on this system", RegexOptions.IgnoreCase)]
    private static partial Regex NotReferenced();
}
