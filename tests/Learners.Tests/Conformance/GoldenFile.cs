using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>The states that earlier versions have stored, <c>Golden/TASK-KIND.state.gz</c>. With STREAMLEARN_GOLDEN in the environment they are written.</summary>
internal static class GoldenFile
{
    internal static bool Writing => Environment.GetEnvironmentVariable("STREAMLEARN_GOLDEN") is not null;

    internal static byte[] Read(string task, string kind)
    {
        using var file = File.OpenRead(PathOf(task, kind));
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal static void Write(string task, string kind, byte[] state)
    {
        using var file = File.Create(PathOf(task, kind));
        using var gzip = new GZipStream(file, CompressionLevel.SmallestSize);
        gzip.Write(state);
    }

    private static string PathOf(string task, string kind, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Golden", $"{task}-{kind}.state.gz");
}
