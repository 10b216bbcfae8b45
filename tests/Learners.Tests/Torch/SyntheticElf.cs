using System.Buffers.Binary;
using System.Text;

namespace StreamLearn.Learners.Tests.Torch;

/// <summary>
/// A tiny x86-64 ELF library with only what the dynamic loader needs to resolve names: one segment, a dynamic section, and
/// the tables it points to. Names share their bytes with longer ones that end alike, as linkers do.
/// </summary>
internal sealed class SyntheticElf
{
    internal const string Library = "libstdc++.so.6";

    // Addresses differ from file offsets, as in real libraries.
    private const int Base = 0x1000;
    private const int HashPosition = 64 + 2 * 56; // After the headers.
    private const int SymbolSize = 24;

    private readonly StringBuilder _strings = new("\0");

    /// <summary>Names needed from the library, each with the index of its version; in this order in .dynsym.</summary>
    internal List<(string Name, ushort Version)> Undefined { get; init; } = [];

    /// <summary>Names the file itself has, all without a version.</summary>
    internal List<string> Defined { get; init; } = [];

    /// <summary>Versions needed of <see cref="Library"/>, with their indices.</summary>
    internal List<(string Name, ushort Index)> Versions { get; init; } = [];

    /// <summary>Whether the symbols are counted by DT_GNU_HASH, as in what GCC makes today, or by DT_HASH.</summary>
    internal bool GnuHash { get; init; }

    /// <summary>A library that needs the symbol older systems lack, and others around it.</summary>
    internal static SyntheticElf NeedingThePatch(bool gnuHash = true) => new()
    {
        Undefined = { ("_ZSt24__throw_out_of_range_fmtPKcz", 7), ("_ZSt21ios_base_library_initv", 18), ("_ZdlPv", 2) },
        Defined = { "THSTensor_new", "THSTensor_matmul" },
        Versions = { ("GLIBCXX_3.4.32", 18), ("GLIBCXX_3.4.20", 7), ("GLIBCXX_3.4", 2) },
        GnuHash = gnuHash,
    };

    /// <summary>Where a name's bytes lie in what <see cref="Build"/> returned last.</summary>
    internal int StringPosition(string name) => StringsPosition + String(name);

    /// <summary>Where a version's entry (Elf64_Vernaux) lies in what <see cref="Build"/> returned last.</summary>
    internal int VersionPosition(string name) => VersionNeedsPosition + 16 + 16 * Versions.FindIndex(version => version.Name == name);

    private int SymbolCount => 1 + Undefined.Count + Defined.Count;
    private int HashSize => GnuHash ? 16 + 8 + 4 + 4 * Defined.Count : 8;
    private int SymbolsPosition => HashPosition + HashSize;
    private int VersionsPosition => SymbolsPosition + SymbolSize * SymbolCount;
    private int VersionNeedsPosition => VersionsPosition + 2 * SymbolCount;
    private int DynamicPosition => VersionNeedsPosition + 16 + 16 * Versions.Count;
    private int StringsPosition => DynamicPosition + 16 * 9;

    internal byte[] Build()
    {
        // Longer names first, so that shorter ones find theirs at the end of one.
        foreach (string name in Undefined.Select(symbol => symbol.Name).Concat(Defined).OrderByDescending(name => name.Length))
        {
            String(name);
        }

        String(Library);
        Versions.ForEach(version => String(version.Name));
        byte[] image = new byte[StringsPosition + _strings.Length];
        WriteHeaders(image);
        WriteHash(image);
        WriteSymbols(image);
        WriteVersionNeeds(image);
        WriteDynamic(image);
        Encoding.ASCII.GetBytes(_strings.ToString()).CopyTo(image, StringsPosition);
        return image;
    }

    private int String(string name)
    {
        int at = _strings.ToString().IndexOf(name + "\0", StringComparison.Ordinal);
        if (at < 0)
        {
            at = _strings.Length;
            _strings.Append(name).Append('\0');
        }

        return at;
    }

    private void WriteHeaders(byte[] image)
    {
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(image);
        Put16(image, 16, 3); // ET_DYN
        Put16(image, 18, 62); // EM_X86_64
        Put64(image, 32, 64);
        Put16(image, 54, 56);
        Put16(image, 56, 2);
        WriteSegment(image, 64, 1, 0, image.Length);
        WriteSegment(image, 64 + 56, 2, DynamicPosition, StringsPosition - DynamicPosition);
    }

    private static void WriteSegment(byte[] image, int at, int type, int offset, int size)
    {
        Put32(image, at, type);
        Put64(image, at + 8, offset);
        Put64(image, at + 16, Base + offset);
        Put64(image, at + 32, size);
    }

    private void WriteHash(byte[] image)
    {
        if (!GnuHash)
        {
            Put32(image, HashPosition + 4, SymbolCount);
            return;
        }

        int first = 1 + Undefined.Count;
        Put32(image, HashPosition, 1);
        Put32(image, HashPosition + 4, first);
        Put32(image, HashPosition + 8, 1);
        Put32(image, HashPosition + 24, Defined.Count > 0 ? first : 0);
        if (Defined.Count > 0)
        {
            Put32(image, HashPosition + 28 + 4 * (Defined.Count - 1), 1); // The chain's end.
        }
    }

    private void WriteSymbols(byte[] image)
    {
        int i = 1;
        foreach ((string name, ushort version) in Undefined.Concat(Defined.Select(name => (name, (ushort)1))))
        {
            Put32(image, SymbolsPosition + SymbolSize * i, String(name));
            Put16(image, SymbolsPosition + SymbolSize * i + 6, i > Undefined.Count ? 5 : 0);
            Put16(image, VersionsPosition + 2 * i, version);
            i++;
        }
    }

    private void WriteVersionNeeds(byte[] image)
    {
        int at = VersionNeedsPosition;
        Put16(image, at, 1);
        Put16(image, at + 2, Versions.Count);
        Put32(image, at + 4, String(Library));
        Put32(image, at + 8, 16);
        foreach ((string name, ushort index) in Versions)
        {
            at += 16;
            Put32(image, at, string.GetHashCode(name, StringComparison.Ordinal)); // Any value: only copied.
            Put16(image, at + 6, index);
            Put32(image, at + 8, String(name));
            Put32(image, at + 12, name == Versions[^1].Name ? 0 : 16);
        }
    }

    private void WriteDynamic(byte[] image)
    {
        int at = DynamicPosition;
        (long Tag, long Value)[] entries =
        [
            (1, String(Library)),
            (GnuHash ? 0x6ffffef5 : 4, Base + HashPosition),
            (5, Base + StringsPosition),
            (6, Base + SymbolsPosition),
            (10, _strings.Length),
            (0x6ffffff0, Base + VersionsPosition),
            (0x6ffffffe, Base + VersionNeedsPosition),
            (0x6fffffff, 1),
            (0, 0),
        ];
        foreach ((long tag, long value) in entries)
        {
            Put64(image, at, tag);
            Put64(image, at + 8, value);
            at += 16;
        }
    }

    private static void Put16(byte[] image, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), (ushort)value);

    private static void Put32(byte[] image, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(at), value);

    private static void Put64(byte[] image, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(at), value);
}
