using System.Text;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>Files that are damaged anywhere: read, or refused with the one exception that is promised, and no memory on their
/// word.</summary>
public sealed class SafetensorsFuzzTests
{
    private const int Seed = 4;
    private const int Files = 100_000;

    // A refusal is an exception with a message that lists names.
    private const int MostBytes = 64 * 1024;
    private const int MostBytesPerByte = 40;

    private static readonly ParameterLayout Layout = new(("a.weight", [2, 3]), ("a.bias", [3]), ("\u00e9", [1]));
    private static readonly byte[] Good = Written();

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0061", "\\ud83d", " ", "null", "true", "-", "1", "9", "0", "2.5", "e9",
            "9223372036854775807", "18446744073709551615", "{}", "[]", "[[[[[[[[", "\"a.bias\":", "\"__metadata__\":{\"format\":\"pt\"},", "//",
            "\"shape\":[0],", "\"data_offsets\":[0,24]", "F64", "BF16", "F4", "\u00e9", "[4294967296,4294967296]", "\"dtype\":\"F32\",",
            "\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},",
        }.Select(Encoding.UTF8.GetBytes),
        [0, 0, 0, 0, 0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], [0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0], [0xed, 0xa0, 0x80], [0],
    ];

    [Fact]
    public void Given_any_damaged_file_when_it_is_read_then_it_is_a_file_or_refused_and_takes_no_memory_on_its_word() =>
        FuzzRun.Each(Seed, Files, Next, bytes =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                SafetensorsFile.Read(bytes).CopyTo(Layout, new float[Layout.Count]);
            }
            catch (SafetensorsException refusal)
            {
                Assert.NotEmpty(refusal.Message);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(allocated, 0, MostBytes + (MostBytesPerByte * (long)bytes.Length));
        });

    private static byte[] Next(ByteMutator mutator)
    {
        switch (mutator.Below(8))
        {
            case 0:
                return mutator.Bytes(200);
            case 1:
                return mutator.Mutate(Good, Pieces);
            default:
                // With the length that its header has, so that the header is looked at.
                var header = Good.AsSpan(8, Good.Length - 48);
                return HandMade.File(mutator.Mutate(header, Pieces), Good[^40..]);
        }
    }

    private static byte[] Written()
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, Layout, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], new Dictionary<string, string> { ["k"] = "v" });
        return stream.ToArray();
    }
}
