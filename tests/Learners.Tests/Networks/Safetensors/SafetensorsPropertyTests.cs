using System.Text;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>What holds for every network and for whatever bytes.</summary>
public sealed class SafetensorsPropertyTests
{
    private static readonly ParameterLayout Layout = new(("a.weight", [2, 3]), ("a.bias", [3]), ("\u00e9", [1]));
    private static readonly byte[] Valid = Written(Layout, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], new() { ["k"] = "v" });
    private static readonly string Header = Encoding.UTF8.GetString(Valid, 8, Valid.Length - 48);

    // What a header may be disturbed with.
    private static readonly string[] Pieces =
    [
        "", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0061", "\\ud83d", "\0", " ", "null", "true", "-", "1", "9", "0", "4", ".5", "e9",
        "9223372036854775807", "{}", "[]", "\"a.bias\":", "\"__metadata__\":{},", "\"shape\":[0],", "F64", "BF16", "\u00e9", "//",
    ];

    [Property(MaxTest = 300)]
    public void Given_any_network_When_it_is_written_and_read_Then_every_parameter_is_the_same_bit_for_bit(
        (string? Name, byte Inputs, byte Outputs)[] blocks, ulong seed)
    {
        // A number in front keeps names apart; text that is no Unicode is made so.
        var layout = new ParameterLayout(blocks.Select((block, i) => (
            $"{i}." + Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(block.Name ?? "")),
            block.Outputs % 3 == 0 ? new[] { 1 + (block.Inputs % 40) } : [1 + (block.Inputs % 40), 1 + (block.Outputs % 40)])));
        var parameters = AnyFinite(layout.Count, seed);
        var read = new float[layout.Count];

        var bytes = Written(layout, parameters);
        EveryWay.Read(bytes).CopyTo(layout, read);

        Assert.Equal(parameters.Select(BitConverter.SingleToInt32Bits), read.Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(bytes, Written(layout, read));
    }

    [Property(MaxTest = 300)]
    public void Given_any_bytes_When_they_are_read_Then_they_are_a_file_or_refused(byte[] bytes, byte headerLength)
    {
        CheckReadOrRefused(bytes);
        CheckReadOrRefused([headerLength, 0, 0, 0, 0, 0, 0, 0, (byte)'{', .. bytes]);
    }

    [Property(MaxTest = 2000)]
    public void Given_a_file_with_any_bytes_changed_When_it_is_read_Then_it_is_a_file_or_refused((ushort At, byte Value)[] changes)
    {
        var bytes = (byte[])Valid.Clone();
        foreach (var (at, value) in changes)
        {
            bytes[at % bytes.Length] = value;
        }

        CheckReadOrRefused(bytes);
    }

    [Property(MaxTest = 3000)]
    public void Given_a_file_with_its_header_disturbed_When_it_is_read_Then_it_is_a_file_or_refused(
        (ushort At, byte Removed, byte Piece)[] changes)
    {
        var header = Header;
        foreach (var (at, removed, piece) in changes.Take(4))
        {
            var from = at % header.Length;
            header = header.Remove(from, Math.Min(removed % 4, header.Length - from)).Insert(from, Pieces[piece % Pieces.Length]) + " ";
        }

        CheckReadOrRefused(HandMade.File(header, Valid[^40..]));
    }

    [Fact]
    public void Given_a_file_with_one_byte_changed_to_any_other_When_it_is_read_Then_it_is_a_file_or_refused()
    {
        var bytes = (byte[])Valid.Clone();
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                bytes[at] = (byte)value;
                TryRead(() => SafetensorsFile.Read(bytes));
            }

            bytes[at] = Valid[at];
        }

        Assert.True(TryRead(() => SafetensorsFile.Read(bytes)));
    }

    private static void CheckReadOrRefused(byte[] bytes) => TryRead(() => EveryWay.Read(bytes));

    /// <summary>Whether a network could be filled; any exception but the one that is promised ends the test.</summary>
    private static bool TryRead(Func<SafetensorsFile> read)
    {
        try
        {
            read().CopyTo(Layout, new float[Layout.Count]);
            return true;
        }
        catch (SafetensorsException refusal)
        {
            Assert.NotEmpty(refusal.Message);
            return false;
        }
    }

    private static byte[] Written(ParameterLayout layout, float[] parameters, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, layout, parameters, metadata);
        return stream.ToArray();
    }

    private static float[] AnyFinite(int count, ulong seed)
    {
        var random = new Xoshiro256(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            var any = BitConverter.UInt32BitsToSingle((uint)(random.NextBits() >> 32));
            values[i] = float.IsFinite(any) ? any : -0f;
        }

        return values;
    }
}
