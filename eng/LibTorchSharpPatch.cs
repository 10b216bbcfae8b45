// Compiled twice: by MSBuild while it runs eng/TorchNative.targets (as netstandard2.0, this file alone), and into
// tests/Learners.Tests (with STREAMLEARN_TESTS, without the MSBuild task). Hence no spans and no newer library calls.
#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace StreamLearn.Build;

/// <summary>
/// Lets TorchSharp's native library load where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04, RHEL 9).
/// </summary>
/// <remarks>
/// The library needs one symbol of GCC 13, <c>_ZSt21ios_base_library_initv</c>: a marker that asks for a libstdc++ which
/// initialises <c>std::cout</c> and the like itself. The library never calls it and uses none of those streams; libtorch's
/// own libraries, loaded before it, initialise them the old way. The marker is replaced by <c>std::get_new_handler()</c>,
/// which has the same signature, changes nothing, fits in the place of the longer name, and exists in every libstdc++ since
/// GCC 5; its version entry becomes a copy of the one the library has for that age anyway. Newer systems load the result too.
/// </remarks>
internal static class LibTorchSharpPatch
{
    internal const string Symbol = "_ZSt21ios_base_library_initv";
    internal const string SymbolVersion = "GLIBCXX_3.4.32";
    internal const string Substitute = "_ZSt15get_new_handlerv";
    internal const string SubstituteVersion = "GLIBCXX_3.4.20";

    /// <summary>Whether <paramref name="image"/> needs the symbol that older systems lack.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a 64-bit little-endian x86-64 ELF library.</exception>
    internal static bool IsNeeded(byte[] image)
    {
        ElfDynamicTables elf = new(image);
        return FindSymbol(elf) >= 0;
    }

    /// <summary>
    /// The patched image, in a new array; <paramref name="image"/> itself when there is nothing to patch.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The bytes are not such a library, or the change would touch more than the one symbol.
    /// </exception>
    internal static byte[] Apply(byte[] image)
    {
        ElfDynamicTables elf = new(image);
        int symbol = FindSymbol(elf);
        if (symbol < 0)
        {
            return image;
        }

        VersionNeed need = FindVersion(elf, symbol);
        VersionNeed substitute = FindSubstituteVersion(elf, need);
        long name = elf.SymbolName(symbol);
        RefuseSharedVersion(elf, symbol, need);
        RefuseSharedName(elf, symbol, name);

        byte[] patched = (byte[])image.Clone();
        byte[] replacement = Encoding.ASCII.GetBytes(Substitute);
        int at = elf.StringPosition(name);
        Array.Clear(patched, at, Symbol.Length);
        Array.Copy(replacement, 0, patched, at, replacement.Length);
        // The index (vna_other) stays, so that the symbol's own entry in .gnu.version needs no change.
        Array.Copy(image, substitute.HashPosition, patched, need.HashPosition, sizeof(uint));
        Array.Copy(image, substitute.NamePosition, patched, need.NamePosition, sizeof(uint));
        return patched;
    }

    private static int FindSymbol(ElfDynamicTables elf)
    {
        for (int i = 1; i < elf.SymbolCount; i++)
        {
            if (elf.IsUndefined(i) && elf.StringEquals(elf.SymbolName(i), Symbol))
            {
                return i;
            }
        }

        return -1;
    }

    private static VersionNeed FindVersion(ElfDynamicTables elf, int symbol)
    {
        int index = elf.SymbolVersion(symbol);
        foreach (VersionNeed need in elf.VersionNeeds)
        {
            if (need.Index == index && elf.StringEquals(need.Name, SymbolVersion))
            {
                return need;
            }
        }

        throw new InvalidDataException($"{Symbol} is not asked for at version {SymbolVersion}, the only case known here.");
    }

    private static VersionNeed FindSubstituteVersion(ElfDynamicTables elf, VersionNeed sameLibraryAs)
    {
        foreach (VersionNeed need in elf.VersionNeeds)
        {
            if (need.Library == sameLibraryAs.Library && elf.StringEquals(need.Name, SubstituteVersion))
            {
                return need;
            }
        }

        throw new InvalidDataException($"The library does not need {SubstituteVersion}, whose entry {Substitute} would share.");
    }

    private static void RefuseSharedVersion(ElfDynamicTables elf, int symbol, VersionNeed version)
    {
        for (int i = 0; i < elf.SymbolCount; i++)
        {
            if (i != symbol && elf.SymbolVersion(i) == version.Index)
            {
                throw new InvalidDataException(
                    $"{elf.StringAt(elf.SymbolName(i))} needs {SymbolVersion} too, which only {Symbol} was known to need.");
            }
        }
    }

    /// <summary>Linkers let a name that ends another share its bytes: changing one would change the other.</summary>
    private static void RefuseSharedName(ElfDynamicTables elf, int symbol, long name)
    {
        bool shared = name > 0 && !elf.IsStringStart(name);
        foreach (long other in elf.StringReferences(exceptSymbol: symbol))
        {
            shared |= other >= name && other < name + Symbol.Length;
        }

        if (shared)
        {
            throw new InvalidDataException($"The name {Symbol} shares its bytes with another name in .dynstr.");
        }
    }
}

/// <summary>One entry (Elf64_Vernaux) of .gnu.version_r: a version that a needed library must have.</summary>
/// <remarks>The positions are offsets in the file; <c>Library</c> and <c>Name</c> are offsets in .dynstr.</remarks>
internal sealed class VersionNeed(long library, long name, int index, int hashPosition, int namePosition)
{
    internal long Library { get; } = library;
    internal long Name { get; } = name;
    internal int Index { get; } = index;
    internal int HashPosition { get; } = hashPosition;
    internal int NamePosition { get; } = namePosition;
}

/// <summary>
/// The tables the dynamic loader reads, found as it finds them: through the program headers, since section headers may be
/// stripped. Layouts and names as in the System V gABI; versions as in the Linux Standard Base, "Symbol Versioning".
/// </summary>
internal sealed class ElfDynamicTables
{
    private const int SymbolSize = 24;
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;

    private readonly byte[] _image;
    private readonly List<Segment> _segments = [];
    private readonly Dictionary<long, long> _dynamic = [];
    private readonly List<long> _dynamicStrings = [];
    private readonly List<long> _definedVersionStrings = [];
    private readonly int _strings;
    private readonly long _stringsSize;
    private readonly int _symbols;
    private readonly int _versions;

    internal ElfDynamicTables(byte[] image)
    {
        _image = image;
        Segment dynamic = ReadHeaders();
        ReadDynamic(dynamic);
        _stringsSize = Required(DynamicTag.StringsSize, "DT_STRSZ");
        _strings = Position(Required(DynamicTag.Strings, "DT_STRTAB"), _stringsSize, ".dynstr");
        long symbols = Required(DynamicTag.Symbols, "DT_SYMTAB");
        SymbolCount = CountSymbols();
        _symbols = Position(symbols, (long)SymbolCount * SymbolSize, ".dynsym");
        _versions = _dynamic.TryGetValue(DynamicTag.SymbolVersions, out long versions)
            ? Position(versions, 2L * SymbolCount, ".gnu.version")
            : -1;
        ReadVersionNeeds();
        ReadVersionDefinitions();
    }

    /// <summary>Entries of .dynsym, the empty one at index 0 included.</summary>
    internal int SymbolCount { get; }

    internal List<VersionNeed> VersionNeeds { get; } = [];

    internal long SymbolName(int symbol) => UInt32(_symbols + (long)symbol * SymbolSize);

    internal bool IsUndefined(int symbol) => UInt16(_symbols + (long)symbol * SymbolSize + 6) == 0;

    /// <summary>Index of a symbol's version, without the bit that hides it; 1 (global) if the file has no versions.</summary>
    internal int SymbolVersion(int symbol) => _versions < 0 ? 1 : UInt16(_versions + 2L * symbol) & 0x7fff;

    internal int StringPosition(long offset) => _strings + (int)offset;

    internal bool IsStringStart(long offset) => _image[StringPosition(offset) - 1] == 0;

    internal bool StringEquals(long offset, string expected)
    {
        if (offset + expected.Length >= _stringsSize || _image[StringPosition(offset) + expected.Length] != 0)
        {
            return false;
        }

        for (int i = 0; i < expected.Length; i++)
        {
            if (_image[StringPosition(offset) + i] != expected[i])
            {
                return false;
            }
        }

        return true;
    }

    internal string StringAt(long offset)
    {
        if (offset >= _stringsSize)
        {
            throw new InvalidDataException("A name lies beyond .dynstr.");
        }

        int end = (int)offset;
        while (end < _stringsSize && _image[_strings + end] != 0)
        {
            end++;
        }

        return Encoding.ASCII.GetString(_image, StringPosition(offset), end - (int)offset);
    }

    /// <summary>Every place in .dynstr that something other than one symbol refers to.</summary>
    internal IEnumerable<long> StringReferences(int exceptSymbol)
    {
        for (int i = 1; i < SymbolCount; i++)
        {
            if (i != exceptSymbol)
            {
                yield return SymbolName(i);
            }
        }

        foreach (VersionNeed need in VersionNeeds)
        {
            yield return need.Library;
            yield return need.Name;
        }

        foreach (long offset in _definedVersionStrings)
        {
            yield return offset;
        }

        foreach (long offset in _dynamicStrings)
        {
            yield return offset;
        }
    }

    private Segment ReadHeaders()
    {
        const int HeaderSize = 64;
        if (_image.Length < HeaderSize || UInt32(0) != 0x464c457f) // 0x7f 'E' 'L' 'F'
        {
            throw new InvalidDataException("Not an ELF file.");
        }

        // e_ident's class and byte order; e_machine 62 is x86-64.
        if (_image[4] != 2 || _image[5] != 1 || UInt16(18) != 62)
        {
            throw new InvalidDataException("Not a 64-bit little-endian ELF file for x86-64.");
        }

        long table = Int64(32);
        int count = UInt16(56);
        if (UInt16(54) != ProgramHeaderSize)
        {
            throw new InvalidDataException($"Program headers of {UInt16(54)} bytes; expected {ProgramHeaderSize}.");
        }

        CheckRange(table, (long)count * ProgramHeaderSize, "the program headers");
        Segment? dynamic = null;
        for (int i = 0; i < count; i++)
        {
            long header = table + (long)i * ProgramHeaderSize;
            Segment segment = new(Int64(header + 8), Int64(header + 16), Int64(header + 32));
            switch (UInt32(header))
            {
                case 1: // PT_LOAD
                    _segments.Add(segment);
                    break;
                case 2: // PT_DYNAMIC
                    dynamic = segment;
                    break;
            }
        }

        return dynamic ?? throw new InvalidDataException("Not a dynamic library: no PT_DYNAMIC.");
    }

    private void ReadDynamic(Segment segment)
    {
        CheckRange(segment.Offset, segment.FileSize, "the dynamic section");
        for (long at = segment.Offset; at + DynamicEntrySize <= segment.Offset + segment.FileSize; at += DynamicEntrySize)
        {
            long tag = Int64(at);
            long value = Int64(at + 8);
            switch (tag)
            {
                case DynamicTag.End:
                    return;
                case DynamicTag.Needed:
                case DynamicTag.Name:
                case DynamicTag.SearchPath:
                case DynamicTag.RunPath:
                    _dynamicStrings.Add(value);
                    break;
                default:
                    _dynamic[tag] = value;
                    break;
            }
        }
    }

    /// <summary>.dynsym has no stated length: it is as long as the last symbol the hash table leads to.</summary>
    private int CountSymbols()
    {
        if (_dynamic.TryGetValue(DynamicTag.Hash, out long hash))
        {
            return Count(UInt32(Position(hash, 8, ".hash") + 4L)); // nchain
        }

        long table = Position(Required(DynamicTag.GnuHash, "DT_GNU_HASH"), 16, ".gnu.hash");
        long bucketCount = UInt32(table);
        long firstHashed = UInt32(table + 4);
        long buckets = table + 16 + 8L * UInt32(table + 8);
        CheckRange(buckets, 4 * bucketCount, ".gnu.hash");
        long last = -1;
        for (long i = 0; i < bucketCount; i++)
        {
            last = Math.Max(last, UInt32(buckets + 4 * i));
        }

        if (last < firstHashed)
        {
            return Count(firstHashed);
        }

        // The lowest bit marks the end of a bucket's chain.
        for (long chains = buckets + 4 * bucketCount; (UInt32(chains + 4 * (last - firstHashed)) & 1) == 0;)
        {
            last++;
        }

        return Count(last + 1);
    }

    private int Count(long symbols) =>
        symbols <= _image.Length / SymbolSize
            ? (int)symbols
            : throw new InvalidDataException($"{symbols} symbols do not fit in a file of {_image.Length} bytes.");

    private void ReadVersionNeeds()
    {
        if (!_dynamic.TryGetValue(DynamicTag.VersionNeeds, out long address))
        {
            return;
        }

        long need = Position(address, 16, ".gnu.version_r");
        for (long left = Required(DynamicTag.VersionNeedsCount, "DT_VERNEEDNUM"); left > 0; left--)
        {
            long entry = need + UInt32(need + 8);
            for (int i = UInt16(need + 2); i > 0; i--)
            {
                long name = UInt32(entry + 8);
                VersionNeeds.Add(new VersionNeed(UInt32(need + 4), name, UInt16(entry + 6), (int)entry, (int)entry + 8));
                entry += UInt32(entry + 12);
            }

            long next = UInt32(need + 12);
            if (next == 0)
            {
                break;
            }

            need += next;
        }
    }

    private void ReadVersionDefinitions()
    {
        if (!_dynamic.TryGetValue(DynamicTag.VersionDefinitions, out long address))
        {
            return;
        }

        long definition = Position(address, 20, ".gnu.version_d");
        for (long left = Required(DynamicTag.VersionDefinitionsCount, "DT_VERDEFNUM"); left > 0; left--)
        {
            long entry = definition + UInt32(definition + 12);
            for (int i = UInt16(definition + 6); i > 0; i--)
            {
                _definedVersionStrings.Add(UInt32(entry));
                entry += UInt32(entry + 4);
            }

            long next = UInt32(definition + 16);
            if (next == 0)
            {
                break;
            }

            definition += next;
        }
    }

    private long Required(long tag, string name) =>
        _dynamic.TryGetValue(tag, out long value)
            ? value
            : throw new InvalidDataException($"The dynamic section has no {name}.");

    /// <summary>Where in the file the bytes lie that the loader maps to <paramref name="address"/>.</summary>
    private int Position(long address, long size, string table)
    {
        foreach (Segment segment in _segments)
        {
            if (address >= segment.Address && size >= 0 && size <= segment.FileSize
                && address - segment.Address <= segment.FileSize - size)
            {
                long position = segment.Offset + (address - segment.Address);
                CheckRange(position, size, table);
                return (int)position;
            }
        }

        throw new InvalidDataException($"{table} lies outside the loaded segments.");
    }

    private void CheckRange(long position, long size, string what)
    {
        if (position < 0 || size < 0 || size > _image.Length || position > _image.Length - size)
        {
            throw new InvalidDataException($"The file is truncated: {what} lies beyond its end.");
        }
    }

    private int UInt16(long position)
    {
        CheckRange(position, 2, "a field");
        return _image[position] | (_image[position + 1] << 8);
    }

    private long UInt32(long position)
    {
        CheckRange(position, 4, "a field");
        return UInt16(position) + ((long)UInt16(position + 2) << 16);
    }

    private long Int64(long position)
    {
        CheckRange(position, 8, "a field");
        return UInt32(position) + (UInt32(position + 4) << 32);
    }

    private sealed class Segment(long offset, long address, long fileSize)
    {
        internal long Offset { get; } = offset;
        internal long Address { get; } = address;
        internal long FileSize { get; } = fileSize;
    }

    private static class DynamicTag
    {
        internal const long End = 0;
        internal const long Needed = 1;
        internal const long Hash = 4;
        internal const long Strings = 5;
        internal const long Symbols = 6;
        internal const long StringsSize = 10;
        internal const long Name = 14;
        internal const long SearchPath = 15;
        internal const long RunPath = 29;
        internal const long GnuHash = 0x6ffffef5;
        internal const long SymbolVersions = 0x6ffffff0;
        internal const long VersionDefinitions = 0x6ffffffc;
        internal const long VersionDefinitionsCount = 0x6ffffffd;
        internal const long VersionNeeds = 0x6ffffffe;
        internal const long VersionNeedsCount = 0x6fffffff;
    }
}

#if !STREAMLEARN_TESTS
/// <summary>Writes the patched copy of a package's libLibTorchSharp.so; the package's own file is only read.</summary>
public sealed class PatchLibTorchSharp : Microsoft.Build.Utilities.Task
{
    /// <summary>The library in the package cache.</summary>
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    /// <summary>Where the copy goes: always a file of its own, the same as the source if that needs no patch.</summary>
    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            Write(LibTorchSharpPatch.Apply(File.ReadAllBytes(Source)));
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Log.LogError($"Cannot make {Source} loadable on systems older than GCC 13: {exception.Message}");
            return false;
        }
    }

    /// <summary>
    /// A new file renamed into place, so that projects built at the same time never see half a file, and so that a link
    /// found there is replaced rather than written through.
    /// </summary>
    private void Write(byte[] image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination))!);
        string temporary = $"{Destination}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(temporary, image);
            // File.Replace needs an existing target and File.Move a missing one; another build may change which it is.
            for (int attempt = 0; !TryRename(temporary); attempt++)
            {
                if (attempt == 10)
                {
                    throw new IOException($"{Destination} keeps being changed by others.");
                }
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private bool TryRename(string temporary)
    {
        try
        {
            if (File.Exists(Destination))
            {
                File.Replace(temporary, Destination, null);
            }
            else
            {
                File.Move(temporary, Destination);
            }

            return true;
        }
        catch (IOException) when (File.Exists(temporary))
        {
            return false;
        }
    }
}
#endif
