using System.Text;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>What is in a file, byte by byte, and that it comes back.</summary>
public sealed class SafetensorsFileTests
{
    // Two inputs, three outputs; in memory a row an input.
    private static readonly ParameterLayout Layout = new(("layers.0.weight", [2, 3]), ("layers.0.bias", [3]));
    private static readonly float[] Parameters = [1, 2, 3, 4, 5, 6, 0.5f, -1, -0f];

    private static readonly byte[] Golden =
    [
        0xb0, 0, 0, 0, 0, 0, 0, 0,
        .. "{\"__metadata__\":{\"format\":\"pt\"},"u8,
        .. "\"layers.0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]},"u8,
        .. "\"layers.0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]}}       "u8,

        // A row an output: 1 4, 2 5, 3 6.
        0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x80, 0x40,
        0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0xa0, 0x40,
        0x00, 0x00, 0x40, 0x40, 0x00, 0x00, 0xc0, 0x40,

        // 0.5, -1, -0.
        0x00, 0x00, 0x00, 0x3f, 0x00, 0x00, 0x80, 0xbf, 0x00, 0x00, 0x00, 0x80,
    ];

    [Fact]
    public void Given_a_layer_When_it_is_written_Then_the_bytes_are_those_of_the_format()
    {
        Assert.Equal(Golden, Written(Layout, Parameters));
    }

    [Fact]
    public void Given_the_bytes_of_a_file_When_they_are_read_Then_tensors_and_metadata_are_as_they_say()
    {
        var file = EveryWay.Read(Golden);

        Assert.Equal([KeyValuePair.Create("format", "pt")], file.Metadata);
        Assert.Equal(["layers.0.weight", "layers.0.bias"], file.Tensors.Select(tensor => tensor.Name));
        Assert.All(file.Tensors, tensor => Assert.Equal("F32", tensor.Dtype));
        Assert.Equal([3, 2], file.Tensors[0].Shape.AsEnumerable());
        Assert.Equal([3], file.Tensors[1].Shape.AsEnumerable());
        Assert.Equal(Golden[^36..^12], file.Tensors[0].Data.ToArray());
        Assert.Equal(Golden[^12..], file.Tensors[1].Data.ToArray());
    }

    [Fact]
    public void Given_the_bytes_of_a_file_When_a_network_starts_from_it_Then_matrices_are_the_way_round_that_memory_has()
    {
        var parameters = new float[9];

        EveryWay.Read(Golden).CopyTo(Layout, parameters);

        Assert.Equal(Bits(Parameters), Bits(parameters));
    }

    [Fact]
    public void Given_metadata_When_it_is_written_Then_it_comes_back_with_the_format_whatever_its_order()
    {
        const string text = "caf\u00e9 \ud83d\ude00 \" \\ \n <&'>";
        var first = Written(Layout, Parameters, new() { ["task"] = "forecast", ["\u0000"] = text, ["format"] = "pt", [""] = "" });
        var second = Written(Layout, Parameters, new() { [""] = "", ["\u0000"] = text, ["task"] = "forecast" });

        Assert.Equal(first, second);
        Assert.Equal(
            [("", ""), ("\u0000", text), ("format", "pt"), ("task", "forecast")],
            EveryWay.Read(first).Metadata.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public void Given_text_that_is_no_ascii_When_it_is_written_Then_the_header_has_it_as_it_is()
    {
        var file = Written(new ParameterLayout(("\u00e9<\ud83d\ude00", [1])), [1]);

        Assert.Contains("\"\u00e9<", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    [InlineData("abcd")]
    [InlineData("abcde")]
    [InlineData("abcdef")]
    [InlineData("abcdefg")]
    public void Given_a_name_of_any_length_When_it_is_written_Then_the_numbers_start_at_a_multiple_of_eight(string name)
    {
        var file = Written(new ParameterLayout((name, [1])), [1]);

        Assert.Equal(0, (file.Length - sizeof(float)) % 8);
        Assert.InRange(file[8..^4].Length - file.AsSpan()[8..^4].TrimEnd((byte)' ').Length, 0, 7);
        Assert.Equal(name, EveryWay.Read(file).Tensors[0].Name);
    }

    [Fact]
    public void Given_more_numbers_than_are_written_at_once_When_they_are_read_Then_none_is_missing()
    {
        var layout = new ParameterLayout(("a", [3]), ("b", [150, 301]), ("c", [20_000]));
        float[] parameters = [.. Enumerable.Range(0, layout.Count)];
        var read = new float[layout.Count];

        EveryWay.Read(Written(layout, parameters)).CopyTo(layout, read);

        Assert.Equal(parameters, read);
    }

    [Fact]
    public void Given_a_network_without_parameters_When_it_is_written_Then_it_comes_back()
    {
        var file = EveryWay.Read(Written(new ParameterLayout(), []));

        Assert.Empty(file.Tensors);
        file.CopyTo(new ParameterLayout(), []);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ }   ")]
    [InlineData("{ \"__metadata__\" : { } }")]
    public void Given_a_header_without_tensors_When_it_is_read_Then_there_are_none(string header)
    {
        var file = EveryWay.Read(HandMade.File(header));

        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void Given_a_header_in_any_order_with_a_scalar_and_empty_tensors_When_it_is_read_Then_tensors_come_as_their_numbers_lie()
    {
        const string header =
            """
            { "c": {"data_offsets": [8, 12], "shape": [], "dtype": "F32"}, "\u0061": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
              "b": {"dtype": "F32", "shape": [0, 7], "data_offsets": [8, 8]}, "d": {"dtype": "F4", "shape": [2], "data_offsets": [12, 13]},
              "e": {"dtype": "NEW_IN_2030", "shape": [5], "data_offsets": [13, 15]} }
            """;

        var file = EveryWay.Read(HandMade.File(header, [.. Enumerable.Range(1, 15).Select(i => (byte)i)]));

        Assert.Equal(["a", "b", "c", "d", "e"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([8, 0, 4, 1, 2], file.Tensors.Select(tensor => tensor.Data.Length));
        Assert.Equal([14, 15], file.Tensors[4].Data.ToArray());
    }

    [Fact]
    public void Given_a_stream_that_already_has_something_When_a_file_is_written_and_read_Then_it_lies_behind_that()
    {
        using var stream = new MemoryStream();
        stream.WriteByte(7);
        SafetensorsFile.Write(stream, Layout, Parameters);

        Assert.Equal(Golden, stream.ToArray()[1..]);
    }

    [Fact]
    public void Given_arguments_that_make_no_file_When_it_is_written_Then_they_are_refused_and_nothing_is_written()
    {
        using var stream = new MemoryStream();
        var one = new ParameterLayout(("a", [1]));
        Action[] writes =
        [
            () => SafetensorsFile.Write(stream, Layout, [1, 2]),
            () => SafetensorsFile.Write(stream, new ParameterLayout(("__metadata__", [1])), [1]),
            () => SafetensorsFile.Write(stream, new ParameterLayout(("\ud83d", [1])), [1]),
            () => SafetensorsFile.Write(stream, one, [1], new Dictionary<string, string> { ["format"] = "tf" }),
            () => SafetensorsFile.Write(stream, one, [1], new Dictionary<string, string> { ["\udc00"] = "" }),
            () => SafetensorsFile.Write(stream, one, [1], new Dictionary<string, string> { ["x"] = "\udc00" }),

            // Six bytes each, once they are escaped.
            () => SafetensorsFile.Write(stream, one, [1], new Dictionary<string, string> { ["x"] = new('\u0001', 100_000_000 / 6) }),
            () => SafetensorsFile.Write(stream, new ParameterLayout(("a", [536_870_912])), []),
        ];

        Assert.All(writes, write => Assert.ThrowsAny<ArgumentException>(write));
        Assert.Equal(0, stream.Length);
    }

    private static byte[] Written(ParameterLayout layout, float[] parameters, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, layout, parameters, metadata);
        return stream.ToArray();
    }

    private static IEnumerable<int> Bits(float[] values) => values.Select(BitConverter.SingleToInt32Bits);
}
