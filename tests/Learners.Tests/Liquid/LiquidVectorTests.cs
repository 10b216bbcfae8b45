using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

/// <summary>Numbers computed elsewhere in double precision, of two samples: u = (0.2, 0.9), v = 0, and u = (-0.5, 0.6), v = (0.1, -0.2, 0.3).</summary>
public sealed class LiquidVectorTests
{
    private static readonly float[] Inputs = [0.2f, 0.9f, -0.5f, 0.6f];
    private static readonly float[] States = [0, 0, 0, 0.1f, -0.2f, 0.3f];

    public static TheoryData<NetworkDevice, bool, float, float, double[]> Conductances()
    {
        var rows = new TheoryData<NetworkDevice, bool, float, float, double[]>();
        foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
        {
            rows.Add(device, false, 1, 1, [-0.06026911, 0.29302312, -0.11558173, -0.06602503, 0.24991010, -0.04187118]);
            rows.Add(device, false, 0.5f, 2, [-0.02454997, 0.20282654, -0.09981937, -0.19131772, 0.37455758, -0.05151443]);
            rows.Add(device, true, 1, 1, [0.04985403, 0.23867080, -0.13480998, -0.00598980, 0.22241161, -0.06968460]);
            rows.Add(device, true, 0.5f, 2, [0.04729705, 0.17865366, -0.11312438, -0.10361044, 0.32403789, -0.08951141]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Conductances))]
    public void Given_the_parameters_of_the_vectors_When_a_step_is_taken_Then_states_are_theirs(
        NetworkDevice device, bool softplus, float first, float second, double[] expected)
    {
        using var network = Ltc(device, softplus);
        network.Forward(Inputs, [first, second], 1, 2);
        Near.Assert("states", expected, network.Logits, 5e-7);
    }

    [Theory]
    [MemberData(nameof(BothBackends.All), MemberType = typeof(BothBackends))]
    public void Given_the_parameters_of_the_vectors_When_the_states_are_summed_and_differentiated_Then_the_gradient_by_w_is_theirs(
        NetworkDevice device)
    {
        double[] expected =
            [0.15113918, -0.13204036, 0, -0.19058381, 0.10947001, 0.10886472, 0, 0.04316199, -0.02841320];
        using var network = Ltc(device, softplus: true);
        network.Forward(Inputs, [0.5f, 2], 1, 2);
        network.Backward([1, 1, 1, 1, 1, 1]);
        Near.Assert("gradient", expected, network.Architecture.Layout["cell.w"].In(network.GradientCopy()), 1e-6);
    }

    public static TheoryData<NetworkDevice, CfcMode, float, float, double[]> ClosedForms()
    {
        var rows = new TheoryData<NetworkDevice, CfcMode, float, float, double[]>();
        foreach (var device in new[] { NetworkDevice.Cpu, NetworkDevice.TorchCpu })
        {
            rows.Add(
                device, CfcMode.Default, 1, 1, [0.16577430, -0.03988762, -0.21240362, -0.02177386, -0.05542586, -0.08411230]);
            rows.Add(
                device, CfcMode.Default, 0.5f, 2, [0.15902463, -0.05235170, -0.21399642, -0.01765263, -0.05229530, -0.08336064]);
            rows.Add(
                device, CfcMode.NoGate, 1, 2, [0.26058094, -0.20183383, -0.29363028, -0.00282879, -0.12209347, -0.14727399]);
            rows.Add(device, CfcMode.Pure, 1, 2, [0.79970066, 1.29633617, 1.33641704, 0.96714915, 1.18465156, 1.27381768]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(ClosedForms))]
    public void Given_the_parameters_of_the_vectors_When_a_closed_form_step_is_taken_Then_states_are_theirs(
        NetworkDevice device, CfcMode mode, float first, float second, double[] expected)
    {
        var architecture = new CfcArchitecture(2, 3, 3, mode, [4]);
        using var network = BothBackends.Recurrent(device, architecture, 1, 2);
        var parameters = new float[architecture.Layout.Count];
        var heads = mode == CfcMode.Pure ? 1 : 4;
        Fill(architecture, parameters, "cell.backbone.0.weight", (i, k) => 0.3 * Math.Sin(1 + (k * 5) + i));
        Fill(architecture, parameters, "cell.backbone.0.bias", (_, k) => 0.1 * Math.Cos(1 + k));
        Fill(architecture, parameters, "cell.weight", (i, k) => 0.3 * Math.Sin(2 + (k / 3) + (k % 3 * 4) + i));
        Fill(architecture, parameters, "cell.bias", (_, k) => 0.1 * Math.Cos(2 + (k / 3) + (k % 3)));
        Fill(architecture, parameters, "head.weight", (i, k) => i == k ? 1 : 0);
        Assert.Equal(3 * heads, architecture.Layout["cell.bias"].Length);
        if (mode == CfcMode.Pure)
        {
            Fill(architecture, parameters, "cell.w_tau", (_, k) => 0.1 * k);
            Fill(architecture, parameters, "cell.a", (_, k) => 1 + (0.1 * k));
        }

        network.SetParameters(parameters);
        network.SetState(States);
        network.Forward(Inputs, [first, second], 1, 2);
        Near.Assert("states", expected, network.Logits, 5e-7);
    }

    /// <summary>
    /// With softplus, the vectors' numbers are the parameters; the vectors of values that are not mapped are had by parameters that softplus
    /// maps to them.
    /// </summary>
    private static IRecurrentNetwork Ltc(NetworkDevice device, bool softplus)
    {
        sbyte[] adjacency = [1, 1, 0, 1, 1, 1, 0, 1, 1], sensory = [1, 1, 1, 0, 1, 1];
        var architecture = new LtcArchitecture(NcpWiring.Of(2, 3, sensory, adjacency), 3);
        var network = BothBackends.Recurrent(device, architecture, 1, 2);
        var parameters = network.ParameterCopy();
        double Raw(double value) => softplus ? value : Math.Log(Math.Exp(value) - 1);
        Fill(architecture, parameters, "cell.gleak", (_, j) => Raw(0.3 + (0.1 * j)));
        Fill(architecture, parameters, "cell.vleak", (_, j) => -0.1 + (0.1 * j));
        Fill(architecture, parameters, "cell.cm", (_, j) => Raw(0.45 + (0.05 * j)));
        Fill(architecture, parameters, "cell.sigma", (i, j) => 3 + (0.5 * i) + (0.25 * j));
        Fill(architecture, parameters, "cell.mu", (i, j) => 0.3 + (0.05 * i) + (0.1 * j));
        Fill(architecture, parameters, "cell.w", (i, j) => Raw(0.1 + (0.2 * i) + (0.1 * j)));
        Fill(architecture, parameters, "cell.erev", (i, j) => (i + j) % 3 == 1 ? -1 : 1);
        Fill(architecture, parameters, "cell.sensory_sigma", (i, j) => 4 + (0.5 * i) + (0.25 * j));
        Fill(architecture, parameters, "cell.sensory_mu", (i, j) => 0.4 + (0.1 * i) + (0.05 * j));
        Fill(architecture, parameters, "cell.sensory_w", (i, j) => Raw(0.2 + (0.1 * i) + (0.05 * j)));
        Fill(architecture, parameters, "cell.sensory_erev", (i, j) => (i + j) % 2 == 0 ? 1 : -1);
        network.SetParameters(parameters);
        network.SetState(States);
        return network;
    }

    private static void Fill(RecurrentArchitecture architecture, float[] parameters, string name, Func<int, int, double> value)
    {
        var block = architecture.Layout[name];
        var columns = block.Shape[^1];
        for (var i = 0; i < block.Length; i++)
        {
            parameters[block.Offset + i] = (float)value(i / columns, i % columns);
        }
    }
}
