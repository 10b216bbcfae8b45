using System.Buffers.Binary;

namespace StreamLearn.Learners.Language;

/// <summary>A record of the task <c>language</c> as decoders hand it to fleets (<see cref="Examples.ExampleBatch.Payloads"/>): one run of bytes, read in place.</summary>
/// <remarks>Length of the domain (2 bytes, little-endian), the domain in UTF-8, then the text to the end.</remarks>
public readonly ref struct LanguageRecord
{
    internal const int LengthBytes = 2;

    private LanguageRecord(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> text)
    {
        Domain = domain;
        Text = text;
    }

    /// <summary>The domain's name, UTF-8, not empty.</summary>
    public ReadOnlySpan<byte> Domain { get; }

    /// <summary>The text; not empty. UTF-8 where the format guarantees that, else any bytes.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads a record in place; false where the bytes are none: too short, without a domain, with one that is too long, or without a text.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out LanguageRecord record)
    {
        record = default;
        if (bytes.Length < LengthBytes)
        {
            return false;
        }

        int domain = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        bytes = bytes[LengthBytes..];
        if (domain is < 1 or > LanguageTask.MostDomainBytes || bytes.Length <= domain)
        {
            return false;
        }

        record = new LanguageRecord(bytes[..domain], bytes[domain..]);
        return true;
    }
}
