using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

/// <summary>The parameters that an architecture's wiring has no synapse for.</summary>
internal static class LiquidMasks
{
    internal static IEnumerable<int> Masked(RecurrentArchitecture architecture) => architecture switch
    {
        LtcArchitecture ltc => Ltc(ltc),
        CfcArchitecture { Wiring: { } wiring } cfc => Cfc(cfc, wiring),
        _ => [],
    };

    private static IEnumerable<int> Ltc(LtcArchitecture ltc)
    {
        foreach (var name in new[] { "w", "sigma", "mu", "erev" })
        {
            for (var i = 0; i < ltc.Wiring.Adjacency.Length; i++)
            {
                if (ltc.Wiring.Adjacency[i] == 0)
                {
                    yield return ltc.Layout[$"cell.{name}"].Offset + i;
                }
            }

            for (var i = 0; i < ltc.Wiring.SensoryAdjacency.Length; i++)
            {
                if (ltc.Wiring.SensoryAdjacency[i] == 0)
                {
                    yield return ltc.Layout[$"cell.sensory_{name}"].Offset + i;
                }
            }
        }
    }

    private static IEnumerable<int> Cfc(CfcArchitecture cfc, NcpWiring wiring)
    {
        var (m, c) = (wiring.Motors, wiring.Command);
        foreach (var (name, sources, source, units, target) in new[]
        {
            ("inter", cfc.Inputs, -1, wiring.Inter, m + c), ("command", wiring.Inter, m + c, c, m), ("motor", c, m, m, 0),
        })
        {
            var block = cfc.Layout[$"{name}.weight"];
            for (var i = 0; i < sources; i++)
            {
                for (var k = 0; k < Math.Min(block.Shape[1], 2 * units); k++)
                {
                    var j = target + (k % units);
                    var sign = source < 0 ? wiring.SensoryAdjacency[(i * wiring.Units) + j] : wiring.Adjacency[((source + i) * wiring.Units) + j];
                    if (sign == 0)
                    {
                        yield return block.Offset + (i * block.Shape[1]) + k;
                    }
                }
            }
        }
    }
}
