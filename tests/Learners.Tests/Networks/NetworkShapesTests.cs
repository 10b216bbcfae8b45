using System.Globalization;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Torch;

namespace StreamLearn.Learners.Tests.Networks;

public sealed class NetworkShapesTests
{
    private static readonly MlpArchitecture Mlp = new(3, [5], 2);
    private static readonly GruArchitecture Gru = new(3, 4, 2);

    // A call, and what its message must have: what is wrong, how much there is, what was expected.
    private static readonly Dictionary<string, (Action<IFeedForwardNetwork> Call, string Expected)> MlpCalls = new()
    {
        ["forward, too few"] = (network => network.Forward(new float[5], 2), "inputs has 5 numbers; expected [2, 3] = 6"),
        ["forward, too many"] = (network => network.Forward(new float[7], 2), "inputs has 7 numbers; expected [2, 3] = 6"),
        ["forward, none"] = (network => network.Forward([], 1), "inputs has 0 numbers; expected [1, 3] = 3"),
        ["forward, batch 0"] = (network => network.Forward([], 0), "batch is 0; expected from 1 to 4"),
        ["forward, batch -1"] = (network => network.Forward([], -1), "batch is -1; expected from 1 to 4"),
        ["forward, batch above room"] = (network => network.Forward(new float[15], 5), "batch is 5; expected from 1 to 4"),
        ["backward"] = (network => network.Backward(new float[3]), "logitGradient has 3 numbers; expected [2, 2] = 4"),
        ["backward, none"] = (network => network.Backward([]), "logitGradient has 0 numbers; expected [2, 2] = 4"),
        ["backward from outputs"] = (network => network.BackwardOutputs(new float[5]), "outputGradient has 5 numbers; expected [2, 2] = 4"),
        ["predict, inputs"] = (network => network.Predict(new float[20], 7, new float[14]), "inputs has 20 numbers; expected [7, 3] = 21"),
        ["predict, outputs"] =
            (network => network.Predict(new float[21], 7, new float[13]), "outputs has 13 numbers; expected [7, 2] = 14"),
        ["predict, batch"] = (network => network.Predict([], 0, []), "batch"),
        ["output gradient, input"] =
            (network => network.OutputGradient(new float[4], 0, new float[32]), "inputs has 4 numbers; expected [1, 3] = 3"),
        ["output gradient, gradient"] =
            (network => network.OutputGradient(new float[3], 0, new float[31]), "gradient has 31 numbers; expected [32]"),
        ["output gradient, output above"] =
            (network => network.OutputGradient(new float[3], 2, new float[32]), "output is 2; expected from 0 to 1"),
        ["output gradient, output below"] =
            (network => network.OutputGradient(new float[3], -1, new float[32]), "output is -1; expected from 0 to 1"),
    };

    private static readonly Dictionary<string, (Action<INetwork> Call, string Expected)> Vectors = new()
    {
        ["copy parameters"] = (network => network.CopyParameters(new float[1]), "destination has 1 numbers; expected [{0}]"),
        ["set parameters"] = (network => network.SetParameters(new float[1000]), "source has 1000 numbers; expected [{0}]"),
        ["copy gradient"] = (network => network.CopyGradient(new float[1]), "destination has 1 numbers; expected [{0}]"),
        ["set gradient"] = (network => network.SetGradient([]), "source has 0 numbers; expected [{0}]"),
    };

    private static readonly Dictionary<string, (Action<IRecurrentNetwork> Call, string Expected)> RecurrentCalls = new()
    {
        ["forward, inputs"] = (network => network.Forward(new float[17], [], 2, 3), "inputs has 17 numbers; expected [2, 3, 3] = 18"),
        ["forward, elapsed"] =
            (network => network.Forward(new float[18], new float[5], 2, 3), "elapsed has 5 numbers; expected [2, 3] = 6"),
        ["forward, steps above"] = (network => network.Forward(new float[63], [], 7, 3), "steps is 7; expected from 1 to 6"),
        ["forward, steps 0"] = (network => network.Forward([], [], 0, 3), "steps is 0; expected from 1 to 6"),
        ["forward, batch above"] = (network => network.Forward(new float[24], [], 2, 4), "batch is 4; expected from 1 to 3"),
        ["forward, batch 0"] = (network => network.Forward([], [], 2, 0), "batch is 0; expected from 1 to 3"),
        ["forward, both negative"] = (network => network.Forward(new float[3], [], -1, -1), "steps is -1; expected from 1 to 6"),
        ["backward"] = (network => network.Backward(new float[8]), "logitGradient has 8 numbers; expected [6, 2] = 12"),
        ["backward from outputs"] =
            (network => network.BackwardOutputs(new float[13]), "outputGradient has 13 numbers; expected [6, 2] = 12"),
        ["predict, inputs"] =
            (network => network.Predict(new float[1], [], 2, 3, new float[12], false), "inputs has 1 numbers; expected [2, 3, 3] = 18"),
        ["predict, outputs"] =
            (network => network.Predict(new float[18], [], 2, 3, new float[11], true), "outputs has 11 numbers; expected [2, 3, 2] = 12"),
        ["predict, elapsed"] =
            (network => network.Predict(new float[18], [1], 2, 3, new float[12], true), "elapsed has 1 numbers; expected [2, 3] = 6"),
        ["copy state"] = (network => network.CopyState(new float[11]), "destination has 11 numbers; expected [3, 4] = 12"),
        ["set state"] = (network => network.SetState(new float[13]), "source has 13 numbers; expected [3, 4] = 12"),
    };

    public static TheoryData<NetworkDevice, string> FeedForwardCalls() => Cross(MlpCalls.Keys);

    public static TheoryData<NetworkDevice, string> VectorCalls() => Cross(Vectors.Keys);

    public static TheoryData<NetworkDevice, string> WindowCalls() => Cross(RecurrentCalls.Keys);

    [Theory]
    [MemberData(nameof(FeedForwardCalls))]
    public void Given_a_wrong_length_When_a_perceptron_is_called_Then_the_message_has_both_shapes_and_the_kept_pass_stays(
        NetworkDevice device, string call)
    {
        using var network = BothBackends.Mlp(device, Mlp, maxBatch: 4);
        network.Forward([1, 2, 3, 4, 5, 6], 2);
        var logits = network.Logits.ToArray();
        AssertRefused(() => MlpCalls[call].Call(network), MlpCalls[call].Expected);

        AssertBits.Equal("logits", logits, network.Logits);
        network.Backward([1, 2, 3, 4]);
        var gradient = network.GradientCopy();
        network.Forward([1, 2, 3, 4, 5, 6], 2);
        network.Backward([1, 2, 3, 4]);
        AssertBits.Equal("gradient", network.GradientCopy(), gradient);
    }

    [Theory]
    [MemberData(nameof(VectorCalls))]
    public void Given_a_vector_of_a_wrong_length_When_a_network_is_given_it_Then_the_message_has_both_lengths(
        NetworkDevice device, string call)
    {
        using var mlp = BothBackends.Mlp(device, Mlp);
        using var gru = BothBackends.Recurrent(device, Gru);
        foreach (var network in new INetwork[] { mlp, gru })
        {
            var expected = Vectors[call].Expected.Replace(
                "{0}", network.Architecture.Layout.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            AssertRefused(() => Vectors[call].Call(network), expected);
        }
    }

    [Theory]
    [MemberData(nameof(WindowCalls))]
    public void Given_a_wrong_length_When_a_recurrent_network_is_called_Then_the_message_has_both_shapes_and_the_kept_pass_stays(
        NetworkDevice device, string call)
    {
        using var network = BothBackends.Recurrent(device, Gru);
        float[] inputs = [.. Enumerable.Range(0, 18).Select(i => i / 9f)];
        float[] direction = [.. Enumerable.Range(0, 12).Select(i => (i / 6f) - 1)];
        network.Forward(inputs, [], 2, 3);
        var (logits, state) = (network.Logits.ToArray(), network.StateCopy());
        AssertRefused(() => RecurrentCalls[call].Call(network), RecurrentCalls[call].Expected);

        AssertBits.Equal("logits", logits, network.Logits);
        AssertBits.Equal("state", state, network.StateCopy());
        network.Backward(direction);
        var gradient = network.GradientCopy();
        network.Forward(inputs, [], 2, 3);
        network.Backward(direction);
        AssertBits.Equal("gradient", network.GradientCopy(), gradient);
        network.CarryState();
    }

    [Fact]
    public void Given_no_room_When_networks_are_made_Then_that_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuMlp(Mlp, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchMlp(Mlp, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuRecurrentNetwork(Gru, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CpuRecurrentNetwork(Gru, 1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchRecurrentNetwork(Gru, 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchRecurrentNetwork(Gru, 1, 0, 1));
    }

    private static void AssertRefused(Action call, string expected)
    {
        var refusal = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static TheoryData<NetworkDevice, string> Cross(IEnumerable<string> calls)
    {
        var rows = new TheoryData<NetworkDevice, string>();
        foreach (var call in calls)
        {
            rows.Add(NetworkDevice.Cpu, call);
            rows.Add(NetworkDevice.TorchCpu, call);
        }

        return rows;
    }
}
