using System.Collections.Immutable;
using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Bench.Networks;

/// <summary>Networks that are measured together.</summary>
/// <param name="Cases">The networks.</param>
/// <param name="Batches">Samples of a batch: each network is measured with each of them.</param>
/// <param name="RowName">What the row of a measurement is called, from its network, its pass and its batch.</param>
internal sealed record NetworkSuite(
    ImmutableArray<NetworkCase> Cases, ImmutableArray<int> Batches, Func<NetworkCase, string, int, string> RowName)
{
    private const int Window = 32;
    private const int Inputs = 8;
    private const int Units = 32;

    /// <summary><c>networks</c>: perceptrons and gated recurrent units.</summary>
    internal static NetworkSuite Small { get; } = new(
        [
            new("mlp-32-64-64-1", new MlpArchitecture(32, [64, 64], 1)),
            new("mlp-100-100-1", new MlpArchitecture(100, [100], 1)),
            new($"gru-8-32-1-seq{Window}", new GruArchitecture(Inputs, Units, 1), Window),

            // Not what the kernels are for: where Torch's several threads begin to pay.
            new("mlp-1024-1024-1024-8", new MlpArchitecture(1024, [1024, 1024], 8)),
        ],
        [1, 32, 256],
        (network, pass, batch) => FormattableString.Invariant($"{network}/{pass}/b{batch}"));

    /// <summary><c>liquid</c>: liquid time-constant networks of 6 solver steps, all neurons with all or wired, and closed-form ones.</summary>
    internal static NetworkSuite Liquid { get; } = new(
        [
            new($"ltc-{Units}", new LtcArchitecture(Inputs, Units, 1), Window),
            new($"ltc-{Units}-ncp", new LtcArchitecture(NcpWiring.AutoNcp(Inputs, Units, motors: 1), 1), Window),
            new($"cfc-{Units}", new CfcArchitecture(Inputs, Units, 1), Window),
        ],
        [1, 16],
        (network, pass, batch) => FormattableString.Invariant($"{network}/{pass}/seq{Window}{(batch == 1 ? "" : $"/b{batch}")}"));
}
