using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class ArchitectureTests
{
    [Fact]
    public void Given_a_perceptron_When_it_is_laid_out_Then_blocks_have_the_names_and_shapes_of_their_modules_and_no_gaps()
    {
        var architecture = new MlpArchitecture(4, [3, 2], 5, Activation.Silu, layerNorm: true, Head.Softmax);
        Assert.Equal(
            [
                "layers.0.weight@0[4,3]", "layers.0.bias@12[3]", "norms.0.weight@15[3]", "norms.0.bias@18[3]",
                "layers.1.weight@21[3,2]", "layers.1.bias@27[2]", "norms.1.weight@29[2]", "norms.1.bias@31[2]",
                "head.weight@33[2,5]", "head.bias@43[5]",
            ],
            Described(architecture.Layout));
        Assert.Equal(48, architecture.Layout.Count);
        Assert.Equal((4 * 3) + (3 * 2) + (2 * 5), architecture.MultiplyAdds);
        Assert.Equal("mlp 4-3-2-5 silu layer-norm softmax", architecture.Signature);
        Assert.Equal(architecture.Signature, architecture.ToString());
        Assert.Equal([3, 2], architecture.Hidden.ToArray());
    }

    [Fact]
    public void Given_a_linear_model_When_it_is_laid_out_Then_there_is_the_head_only()
    {
        var architecture = new MlpArchitecture(4, [], 1, head: Head.Sigmoid);
        Assert.Equal(["head.weight@0[4,1]", "head.bias@4[1]"], Described(architecture.Layout));
        Assert.Equal(4, architecture.MultiplyAdds);
        Assert.Equal("mlp 4-1 relu sigmoid", architecture.Signature);
    }

    [Fact]
    public void Given_a_recurrent_unit_When_it_is_laid_out_Then_blocks_have_the_names_of_torch_nn_GRU()
    {
        var architecture = new GruArchitecture(4, 3, 2);
        Assert.Equal(
            [
                "rnn.weight_ih_l0@0[4,9]", "rnn.weight_hh_l0@36[3,9]", "rnn.bias_ih_l0@63[9]", "rnn.bias_hh_l0@72[9]",
                "head.weight@81[3,2]", "head.bias@87[2]",
            ],
            Described(architecture.Layout));
        Assert.Equal(89, architecture.Layout.Count);
        Assert.Equal((3 * 3 * (4 + 3)) + (3 * 2), architecture.MultiplyAdds);
        Assert.Equal("gru 4-3-2 linear", architecture.Signature);
        Assert.Equal(3, architecture.StateSize);
    }

    [Fact]
    public void Given_wide_layers_When_multiply_adds_are_counted_Then_they_do_not_overflow()
    {
        Assert.Equal(100_000L * 100_000 + 100_000, new MlpArchitecture(100_000, [100_000], 1).MultiplyAdds);
        Assert.Throws<OverflowException>(() => new MlpArchitecture(100_000, [100_000], 1).Layout);
        Assert.Throws<OverflowException>(() => new MlpArchitecture(40_000, [40_000, 40_000], 1).Layout);
    }

    [Fact]
    public void Given_architectures_that_differ_in_one_thing_When_they_are_signed_Then_signatures_differ()
    {
        MlpArchitecture[] architectures =
        [
            new(3, [4], 2), new(4, [4], 2), new(3, [5], 2), new(3, [4], 3), new(3, [4, 4], 2), new(3, [], 2),
            new(3, [4], 2, Activation.Tanh), new(3, [4], 2, Activation.Silu), new(3, [4], 2, Activation.Identity),
            new(3, [4], 2, layerNorm: true),
            new(3, [4], 2, head: Head.Sigmoid), new(3, [4], 2, head: Head.Softmax),
        ];
        Assert.Equal(architectures.Length, architectures.Select(architecture => architecture.Signature).Distinct().Count());
    }

    [Fact]
    public void Given_sizes_that_make_no_sense_When_architectures_are_made_Then_they_are_refused_with_what_was_expected()
    {
        AssertRefused("inputs is 0; expected at least 1", () => new MlpArchitecture(0, [], 1));
        AssertRefused("outputs is 0; expected at least 1", () => new MlpArchitecture(1, [], 0));
        AssertRefused("hidden is 0; expected at least 1 in each layer", () => new MlpArchitecture(1, [3, 0], 1));
        AssertRefused("outputs is 1; expected at least 2 with a softmax head", () => new MlpArchitecture(1, [3], 1, head: Head.Softmax));
        AssertRefused("inputs is -1; expected at least 1", () => new GruArchitecture(-1, 1, 1));
        AssertRefused("is 0; expected at least 1", () => new GruArchitecture(1, 0, 1));
        AssertRefused("outputs is 1; expected at least 2 with a softmax head", () => new GruArchitecture(1, 1, 1, Head.Softmax));
        AssertRefused("activation is 7", () => new MlpArchitecture(1, [1], 1, (Activation)7));
        AssertRefused("head is 9", () => new MlpArchitecture(1, [1], 1, head: (Head)9));
    }

    [Fact]
    public void Given_a_perceptron_When_it_is_initialised_Then_its_layers_start_as_those_of_PyTorch()
    {
        var architecture = new MlpArchitecture(50, [40, 30], 20, layerNorm: true);
        var parameters = Initialized(architecture);
        AssertUniform(architecture, parameters, "layers.0.weight", 1 / Math.Sqrt(50));
        AssertUniform(architecture, parameters, "layers.0.bias", 1 / Math.Sqrt(50));
        AssertUniform(architecture, parameters, "layers.1.weight", 1 / Math.Sqrt(40));
        AssertUniform(architecture, parameters, "layers.1.bias", 1 / Math.Sqrt(40));
        AssertUniform(architecture, parameters, "head.weight", 1 / Math.Sqrt(30));
        AssertUniform(architecture, parameters, "head.bias", 1 / Math.Sqrt(30));
        Assert.All(architecture.Layout["norms.0.weight"].In(parameters).ToArray(), gain => Assert.Equal(1, gain));
        Assert.All(architecture.Layout["norms.1.bias"].In(parameters).ToArray(), shift => Assert.Equal(0, shift));
    }

    [Fact]
    public void Given_a_recurrent_unit_When_it_is_initialised_Then_all_its_blocks_start_as_those_of_PyTorch()
    {
        var architecture = new GruArchitecture(7, 40, 20);
        var parameters = Initialized(architecture);
        foreach (var block in architecture.Layout.Blocks)
        {
            AssertUniform(architecture, parameters, block.Name, 1 / Math.Sqrt(40));
        }
    }

    [Fact]
    public void Given_a_layout_When_a_block_is_asked_for_Then_it_is_its_part_of_the_vector_or_the_message_names_those_there_are()
    {
        var layout = new ParameterLayout(("a", [2, 3]), ("b", [4]));
        Assert.Equal(new ParameterRange(6, 4), layout["b"].Range);
        Assert.Equal(10, layout["b"].Range.End);
        Assert.True(layout["a"].IsMatrix);
        Assert.False(layout["b"].IsMatrix);
        Assert.True(layout.Contains("a"));
        Assert.False(layout.Contains("c"));
        float[] flat = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.Equal([6, 7, 8, 9], layout["b"].In(flat).ToArray());
        layout["a"].In(flat.AsSpan()).Clear();
        Assert.Equal([0, 0, 0, 0, 0, 0, 6, 7, 8, 9], flat);
        Assert.Contains("'c'; expected one of a, b", Assert.Throws<ArgumentException>(() => layout["c"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_blocks_that_make_no_layout_When_they_are_laid_out_Then_they_are_refused()
    {
        Assert.Contains(
            "Two blocks are named 'a'", Assert.Throws<ArgumentException>(() => new ParameterLayout(("a", [1]), ("a", [2]))).Message,
            StringComparison.Ordinal);
        foreach (int[] shape in new int[][] { [], [0], [-1], [2, 0], [1, 2, 3] })
        {
            Assert.Contains(
                $"[{string.Join(", ", shape)}]; expected one or two sizes",
                Assert.Throws<ArgumentException>(() => new ParameterLayout([("a", shape)])).Message, StringComparison.Ordinal);
        }

        Assert.Throws<OverflowException>(() => new ParameterLayout([("a", [50_000, 50_000])]));
        Assert.Throws<OverflowException>(() => new ParameterLayout(("a", [int.MaxValue]), ("b", [1])));
    }

    private static IEnumerable<string> Described(ParameterLayout layout) =>
        layout.Blocks.Select(block => $"{block.Name}@{block.Offset}[{string.Join(',', block.Shape)}]");

    private static float[] Initialized(NetworkArchitecture architecture)
    {
        var (parameters, again) = (new float[architecture.Layout.Count], new float[architecture.Layout.Count]);
        Array.Fill(parameters, 99);
        architecture.Initialize(parameters, new Xoshiro256(1));
        architecture.Initialize(again, new Xoshiro256(1));
        AssertBits.Equal("the same seed", parameters, again);
        architecture.Initialize(again, new Xoshiro256(2));
        Assert.False(AssertBits.Same(parameters, again));
        return parameters;
    }

    /// <summary>Within the bound, filling it, and with its mean and deviation as far as so many numbers can tell.</summary>
    private static void AssertUniform(NetworkArchitecture architecture, float[] parameters, string name, double bound)
    {
        var values = architecture.Layout[name].In(parameters).ToArray().Select(value => value / bound).ToArray();
        Assert.All(values, value => Assert.InRange(value, -1.0000001, 1.0000001));
        var error = 5 / Math.Sqrt(3.0 * values.Length);
        Assert.InRange(values.Average(), -error, error);
        Assert.InRange(values.Average(value => 3 * value * value), 1 - (2.7 * error), 1 + (2.7 * error));
        var edge = 1 - (10.0 / values.Length);
        Assert.True(values.Max() > edge && values.Min() < -edge, $"{name} does not fill its range");
    }

    private static void AssertRefused(string expected, Func<NetworkArchitecture> make) =>
        Assert.Contains(expected, Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal);
}
