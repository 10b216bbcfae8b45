using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>
/// Finds the native library that Confluent.Kafka has loaded into this process.
/// </summary>
/// <remarks>
/// For Linux the package ships three builds (<c>librdkafka.so</c>, <c>centos8-librdkafka.so</c>, <c>alpine-librdkafka.so</c>) and
/// Confluent.Kafka takes the first that loads: on Debian 12 the second, as the first wants <c>libsasl2.so.3</c>. Which one that was
/// is not public, and guessing could load a second copy with its own globals, so the process's memory map is asked.
/// Elsewhere there is one build and the plain name finds it.
/// </remarks>
internal static class LoadedLibrdkafka
{
    private const string MemoryMap = "/proc/self/maps";

    /// <summary>A handle of the library; Confluent.Kafka is made to load it if it has not yet.</summary>
    public static nint Find()
    {
        // False only says that it had been loaded before.
        Library.Load();
        return OperatingSystem.IsLinux()
            ? FindMapped()
            : NativeLibrary.Load("librdkafka", typeof(Library).Assembly, searchPath: null);
    }

    private static nint FindMapped()
    {
        var mapped = File.ReadLines(MemoryMap)
            .Select(line => line.IndexOf('/') is var path and >= 0 ? line[path..] : "")
            .Where(path => Path.GetFileName(path).Contains("librdkafka", StringComparison.Ordinal))
            .Distinct()
            .ToList();

        // Another component of the process may have brought a librdkafka of its own.
        foreach (var path in mapped)
        {
            if (NativeLibrary.TryLoad(path, out var library))
            {
                if (VersionOf(library) == Library.Version)
                {
                    return library;
                }
                NativeLibrary.Free(library);
            }
        }
        throw new DllNotFoundException(
            $"Confluent.Kafka runs librdkafka {Library.VersionString}, but {MemoryMap} lists no library of that version "
            + $"(found: {(mapped.Count == 0 ? "none" : string.Join(", ", mapped))}).");
    }

    private static unsafe int VersionOf(nint library) =>
        NativeLibrary.TryGetExport(library, "rd_kafka_version", out var version)
            ? ((delegate* unmanaged[Cdecl]<int>)version)()
            : 0;
}
