using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;

namespace StreamLearn.Learners.Tests.Networks.Safetensors;

/// <summary>Starting a network from a file: what is converted, and what does not fit.</summary>
public sealed class SafetensorsWarmStartTests
{
    /// <summary>Type, its bytes in hex, and the float32 that they are.</summary>
    public static TheoryData<string, string, float> Numbers => new()
    {
        { "F32", "00000080", -0f },
        { "F32", "01000000", float.Epsilon },
        { "F32", "ffff7fff", float.MinValue },
        { "F16", "0000", 0 },
        { "F16", "0080", -0f },
        { "F16", "003c", 1 },
        { "F16", "00c1", -2.5f },
        { "F16", "ff7b", 65504 },
        { "F16", "0004", 1 / 16384f },
        { "F16", "0100", 1 / 16777216f },
        { "BF16", "0080", -0f },
        { "BF16", "803f", 1 },
        { "BF16", "20c0", -2.5f },
        { "BF16", "4940", 3.140625f },
        { "BF16", "7f7f", 3.3895314e38f },
        { "BF16", "0100", 9.1835496e-41f },
        { "F64", "0000000000000080", -0f },
        { "F64", "9a9999999999b93f", 0.1f },
        { "F64", "000000e0ffffef47", float.MaxValue },

        // The largest that is still rounded to a finite float32, and the smallest that is not zero.
        { "F64", "ffffffefffffef47", float.MaxValue },
        { "F64", "010000000000a036", float.Epsilon },
        { "F64", "0100000000000000", 0 },

        // Halfway between 1 and the next float32: to the even one.
        { "F64", "000000100000f03f", 1 },
        { "F64", "010000100000f03f", 1.00000012f },
    };

    /// <summary>Type, its bytes in hex, and how the number is called.</summary>
    public static TheoryData<string, string, string> NotFinite => new()
    {
        { "F32", "0000c07f", "NaN" },
        { "F32", "0100807f", "NaN" },
        { "F32", "0000807f", "Infinity" },
        { "F32", "000080ff", "-Infinity" },
        { "F16", "007e", "NaN" },
        { "F16", "00fc", "-Infinity" },
        { "BF16", "c07f", "NaN" },
        { "BF16", "807f", "Infinity" },
        { "F64", "000000000000f87f", "NaN" },
        { "F64", "000000000000f0ff", "-Infinity" },
        { "F64", "9c7500883ce4377e", "1E+300" },
        { "F64", "000000f0ffffef47", "3.4028235677973366E+38" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Given_a_number_of_any_type_When_it_is_taken_Then_it_is_the_nearest_float32(string dtype, string bytes, float expected)
    {
        var parameters = new float[2];

        EveryWay.Read(Pair(dtype, bytes, bytes)).CopyTo(new ParameterLayout(("a", [2])), parameters);

        Assert.All(parameters, actual => Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(actual)));
    }

    [Theory]
    [MemberData(nameof(NotFinite))]
    public void Given_a_number_that_is_not_finite_When_it_is_taken_Then_tensor_and_place_are_named_and_nothing_is_changed(
        string dtype, string bytes, string number)
    {
        float[] parameters = [7, 8];
        var file = EveryWay.Read(Pair(dtype, new string('0', bytes.Length), bytes));

        var error = Assert.Throws<SafetensorsException>(() => file.CopyTo(new ParameterLayout(("a", [2])), parameters));

        Assert.Equal($"The tensor 'a' has {number} at [1]; expected a finite float32.", error.Message);
        Assert.Equal([7, 8], parameters);
    }

    [Fact]
    public void Given_a_matrix_with_a_number_that_is_not_finite_When_it_is_taken_Then_the_place_is_that_in_the_file()
    {
        var file = EveryWay.Read(HandMade.Tensor("a", "F32", "[3,2]", HandMade.Floats(1, 2, 3, 4, 5, float.NaN)));

        var error = Assert.Throws<SafetensorsException>(() => file.CopyTo(new ParameterLayout(("a", [2, 3])), new float[6]));

        Assert.Equal("The tensor 'a' has NaN at [2, 1]; expected a finite float32.", error.Message);
    }

    [Theory]
    [InlineData("a", "F32", "[2,3]", "'a' has the shape [2, 3]; expected [3, 2]: it is the transpose")]
    [InlineData("a", "F32", "[6]", "'a' has the shape [6]; expected [3, 2].")]
    [InlineData("a", "F32", "[3,2,1]", "'a' has the shape [3, 2, 1]; expected [3, 2].")]
    [InlineData("a", "F32", "[1,6]", "'a' has the shape [1, 6]; expected [3, 2].")]
    [InlineData("a", "I32", "[3,2]", "'a' is of type 'I32'; expected F32, F64, F16 or BF16")]
    [InlineData("a", "U32", "[3,2]", "'a' is of type 'U32'; expected F32, F64, F16 or BF16")]
    [InlineData("a", "FUTURE", "[3,2]", "'a' is of type 'FUTURE'; expected F32, F64, F16 or BF16")]
    [InlineData("A", "F32", "[3,2]", "no tensor 'a'; expected one of the shape [3, 2]. The file has 'A'.")]
    [InlineData("model.a", "F32", "[3,2]", "no tensor 'a'; expected one of the shape [3, 2]. The file has 'model.a'.")]
    public void Given_a_tensor_that_does_not_fit_When_it_is_taken_Then_it_says_what_there_is_and_what_was_expected(
        string name, string dtype, string shape, string reason)
    {
        var file = EveryWay.Read(HandMade.Tensor(name, dtype, shape, HandMade.Floats(1, 2, 3, 4, 5, 6)));
        var parameters = new float[6];

        var error = Assert.Throws<SafetensorsException>(() => file.CopyTo(new ParameterLayout(("a", [2, 3])), parameters));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.All(parameters, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Given_a_tensor_that_the_network_has_not_When_it_is_taken_Then_it_is_refused()
    {
        var file = Written(("a", [2]), ("b", [3, 4]));

        var error = Assert.Throws<SafetensorsException>(() => file.CopyTo(new ParameterLayout(("a", [2])), new float[2]));

        Assert.Equal("The tensor 'b' of the shape [4, 3] is not expected; the network has 'a'.", error.Message);
    }

    [Fact]
    public void Given_a_file_with_many_tensors_or_none_When_one_is_missing_Then_the_first_ones_are_named()
    {
        var many = Written([.. Enumerable.Range(0, 30).Select(i => ($"layers.{i}.bias", new[] { 1 + (i % 2) }))]);
        var none = Written();
        var layout = new ParameterLayout(("bias", [1]));

        var error = Assert.Throws<SafetensorsException>(() => many.CopyTo(layout, new float[1]));
        Assert.EndsWith("'layers.8.bias', 'layers.9.bias' and more.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<SafetensorsException>(() => none.CopyTo(layout, new float[1]));
        Assert.EndsWith("The file has no tensors.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_tensors_in_another_order_than_the_layouts_When_they_are_taken_Then_names_decide()
    {
        var layout = new ParameterLayout(("b", [1]), ("a", [2]));
        var parameters = new float[3];

        Written(("a", [2]), ("b", [1])).CopyTo(layout, parameters);

        Assert.Equal([3, 1, 2], parameters);
    }

    [Fact]
    public void Given_a_vector_of_another_length_than_the_layout_When_it_is_filled_Then_that_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => Written(("a", [2])).CopyTo(new ParameterLayout(("a", [2])), new float[3]));
    }

    private static byte[] Pair(string dtype, string first, string second) =>
        HandMade.Tensor("a", dtype, "[2]", Convert.FromHexString(first + second));

    /// <summary>A file whose numbers are 1, 2, 3 ….</summary>
    private static SafetensorsFile Written(params (string Name, int[] Shape)[] blocks)
    {
        var layout = new ParameterLayout(blocks);
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, layout, [.. Enumerable.Range(1, layout.Count).Select(i => (float)i)]);
        return EveryWay.Read(stream.ToArray());
    }
}
