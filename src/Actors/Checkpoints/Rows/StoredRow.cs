using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;

namespace StreamLearn.Actors.Checkpoints.Rows;

/// <summary>
/// The form in which content is stored: a byte with the form's version, an XxHash3 over identity and content, the content.
/// </summary>
internal static class StoredRow
{
    /// <summary>Bytes before the content.</summary>
    internal const int HeaderSize = 1 + sizeof(ulong);

    private const byte Version = 1;

    /// <param name="identity">Of the row; see <see cref="RowIdentity"/>.</param>
    /// <param name="content">What is to be stored.</param>
    internal static byte[] Seal(long identity, ReadOnlySpan<byte> content)
    {
        var row = new byte[HeaderSize + content.Length];
        row[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(row.AsSpan(1), XxHash3.HashToUInt64(content, identity));
        content.CopyTo(row.AsSpan(HeaderSize));
        return row;
    }

    /// <summary>Gives the content of a row, or says what is wrong with it.</summary>
    internal static bool TryOpen(long identity, ReadOnlySpan<byte> row, out ReadOnlySpan<byte> content, out string damage)
    {
        content = default;
        if (row.Length < HeaderSize)
        {
            damage = string.Create(CultureInfo.InvariantCulture, $"{row.Length} bytes are stored; expected at least {HeaderSize}");
            return false;
        }

        if (row[0] != Version)
        {
            damage = string.Create(CultureInfo.InvariantCulture, $"the form has version {row[0]}; expected {Version}");
            return false;
        }

        var stored = BinaryPrimitives.ReadUInt64LittleEndian(row[1..]);
        var computed = XxHash3.HashToUInt64(row[HeaderSize..], identity);
        if (stored != computed)
        {
            damage = string.Create(CultureInfo.InvariantCulture, $"{row.Length} bytes have checksum {computed:x16}; expected {stored:x16}");
            return false;
        }

        content = row[HeaderSize..];
        damage = "";
        return true;
    }
}
