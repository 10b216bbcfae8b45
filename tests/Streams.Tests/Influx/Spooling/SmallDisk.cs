using System.Diagnostics;
using System.Globalization;

namespace StreamLearn.Streams.Tests.Influx.Spooling;

/// <summary>A file system of a few kilobytes, mounted over a directory. Only root can mount, and not in every container.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const int Bytes = 128 * 1024;

    private readonly string _directory;

    public SmallDisk(string directory)
    {
        _directory = directory;
        Assert.True(Mount(directory), $"{directory} could not be mounted over.");
    }

    /// <summary>Whether there can be one here.</summary>
    public static bool IsPossible { get; } = Try();

    public void Dispose() => Run("umount", _directory);

    private static bool Try()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return false;
        }

        var directory = Directory.CreateTempSubdirectory("streamlearn-mount-");
        try
        {
            return Mount(directory.FullName) && Run("umount", directory.FullName);
        }
        finally
        {
            directory.Delete();
        }
    }

    private static bool Mount(string directory) =>
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Bytes}"), "none", directory);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
