using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>A network on the fused kernels with its optimiser, the parameters that it started with, and what is done so that it can go on learning.</summary>
internal sealed class PlasticNetwork : IDisposable
{
    /// <summary>Share of its layer's mean at and below which a unit counts as dormant in reports.</summary>
    private const double ReportedDormant = 0.025;

    private const double RankShare = 0.99;
    private const string Name = "plastic-network";
    private const int Version = 1;
    private const int Fields = 5;

    private readonly MlpArchitecture _architecture;
    private readonly CpuUpdater _updater;
    private readonly Interventions _interventions;
    private readonly bool _isCritic;
    private readonly UnitUtilities[] _utilities;
    private readonly float[] _initial;
    private readonly float[] _good;

    // [width] of each hidden layer, of the last watched pass.
    private readonly float[][] _means;
    private readonly float[][] _outgoing;
    private ulong _seed;

    /// <param name="workspace">Shared by networks of the architecture that are stepped one after the other.</param>
    /// <param name="updates">How gradients become steps.</param>
    /// <param name="interventions">Against the loss of plasticity.</param>
    /// <param name="isCritic">Whether it gets what only critics get.</param>
    /// <param name="seed">Of the initial parameters.</param>
    internal PlasticNetwork(CpuMlpWorkspace workspace, UpdateOptions updates, Interventions interventions, bool isCritic, ulong seed)
    {
        _architecture = workspace.Architecture;
        _interventions = interventions;
        _isCritic = isCritic;
        _seed = seed;
        Network = new CpuMlp(workspace, seed);
        _initial = new float[_architecture.Layout.Count];
        DrawInitial(_architecture, seed, _initial);
        Network.SetParameters(_initial);
        _updater = (CpuUpdater)Network.CreateUpdater(updates);
        _good = [.. _initial];
        _means = [.. _architecture.Hidden.Select(width => new float[width])];
        _outgoing = [.. _architecture.Hidden.Select(width => new float[width])];
        _utilities = interventions.ReplacementRate > 0
            ? [.. _architecture.Hidden.Select(width => new UnitUtilities(width, interventions.ReplacementRate, interventions.Maturity))]
            : [];
    }

    internal CpuMlp Network { get; }

    internal INetworkUpdater Updater => _updater;

    /// <summary>Draws the parameters that such a network starts with: orthogonal weights, biases of 0.</summary>
    internal static void DrawInitial(MlpArchitecture architecture, ulong seed, Span<float> parameters)
    {
        var random = new Xoshiro256(seed);
        parameters.Clear();
        for (var layer = 0; layer <= architecture.Hidden.Length; layer++)
        {
            var weight = architecture.Layout[WeightOf(architecture, layer)];
            OrthogonalWeights.Fill(weight.In(parameters), weight.Shape[0], weight.Shape[1], gain: 1, random);
            if (layer < architecture.Hidden.Length && architecture.LayerNorm)
            {
                architecture.Layout[MlpArchitecture.GainOf(layer)].In(parameters).Fill(1);
            }
        }
    }

    /// <summary>Notes what single units gave in the last forward pass: to be called before going back, where units are watched or about to be renewed.</summary>
    internal void WatchUnits()
    {
        for (var layer = 0; layer < _means.Length; layer++)
        {
            UnitMeans(layer, _means[layer]);
        }
    }

    /// <summary>Goes back through the last pass and takes a step.</summary>
    internal StepOutcome Learn(ReadOnlySpan<float> logitGradient)
    {
        Network.Backward(logitGradient);
        if (_isCritic && _interventions.L2Init > 0)
        {
            // d/dθ of λ |θ-θ₀|².
            var gradient = Network.Gradient;
            var twice = (float)(2 * _interventions.L2Init);
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] += twice * (Network.Parameters[i] - _initial[i]);
            }
        }

        var outcome = _updater.Apply();
        if (outcome.Applied && _isCritic && _interventions.ShrinkAndPerturb < 1)
        {
            var keep = (float)_interventions.ShrinkAndPerturb;
            var parameters = Network.Parameters;
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i] = (keep * parameters[i]) + ((1 - keep) * _initial[i]);
            }
        }

        return outcome;
    }

    /// <summary>Replaces the units that are due by continual backprop; after <see cref="WatchUnits"/>.</summary>
    internal void ReplaceUnits(Xoshiro256 random)
    {
        for (var layer = 0; layer < _utilities.Length; layer++)
        {
            MeanOutgoing(layer, _outgoing[layer]);
            _utilities[layer].Observe(_means[layer], _outgoing[layer]);
            while (_utilities[layer].TakeDue() is >= 0 and var unit)
            {
                // What it gave on average goes on in the bias of what it gave it to.
                var mean = (float)_utilities[layer].MeanOf(unit);
                var outgoing = Outgoing(layer, unit);
                var bias = _architecture.Layout[BiasOf(layer + 1)].In(Network.Parameters);
                for (var i = 0; i < bias.Length; i++)
                {
                    bias[i] += mean * outgoing[i];
                }

                var incoming = _architecture.Layout[WeightOf(_architecture, layer)];
                var bound = Math.Sqrt(2.0) * Math.Sqrt(3.0 / incoming.Shape[0]);
                Renew(layer, unit, () => random.NextUniform(bound));
                _utilities[layer].Renew(unit);
            }
        }
    }

    /// <summary>Draws dormant units anew (ReDo); after <see cref="WatchUnits"/>.</summary>
    /// <returns>How many.</returns>
    internal int RenewDormant(Xoshiro256 random)
    {
        var renewed = 0;
        for (var layer = 0; layer < _means.Length; layer++)
        {
            var limit = DormantLimit(_means[layer], _interventions.RedoThreshold);
            var incoming = _architecture.Layout[WeightOf(_architecture, layer)];
            var deviation = Math.Sqrt(1.0 / Math.Max(incoming.Shape[0], incoming.Shape[1]));
            for (var unit = 0; unit < _means[layer].Length; unit++)
            {
                if (_means[layer][unit] <= limit)
                {
                    Renew(layer, unit, () => (float)(deviation * random.NextGaussian()));
                    renewed++;
                }
            }
        }

        return renewed;
    }

    /// <summary>New parameters, from another seed; the optimiser has gathered nothing.</summary>
    internal void Restart(ulong seed)
    {
        _seed = seed;
        DrawInitial(_architecture, seed, _initial);
        Network.SetParameters(_initial);
        _updater.Reset();
        KeepGood();
        foreach (var utilities in _utilities)
        {
            utilities.Reset();
        }
    }

    /// <summary>How plastic it is, by its last forward pass.</summary>
    internal ModulePlasticity Examine(string module)
    {
        var activity = Network.CountActive();
        var (dormant, units) = (0, 0);
        for (var layer = 0; layer < _means.Length; layer++)
        {
            UnitMeans(layer, _outgoing[layer]);
            var limit = DormantLimit(_outgoing[layer], ReportedDormant);
            dormant += _outgoing[layer].Count(mean => mean <= limit);
            units += _outgoing[layer].Length;
        }

        var last = _architecture.Hidden.Length - 1;
        var values = last < 0
            ? []
            : SingularValues.Of(Network.HiddenActivations(last), Network.Rows, _architecture.Hidden[last]);
        return new ModulePlasticity(
            module, activity.Fraction, units == 0 ? 0 : (double)dormant / units, SingularValues.Rank(values, RankShare), SingularValues.EffectiveRank(values),
            TensorPrimitives.Norm<float>(Network.Parameters), TensorPrimitives.Distance<float>(Network.Parameters, _initial));
    }

    internal void KeepGood() => Network.CopyParameters(_good);

    internal void ReturnToGood()
    {
        Network.SetParameters(_good);
        _updater.Reset();
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_seed);
        NetworkState.Save(ref writer, Network, _updater);
        writer.WriteFloats(_good);
        writer.Write(_isCritic);
        writer.WriteArrayHeader(_utilities.Length);
        foreach (var utilities in _utilities)
        {
            utilities.Save(ref writer);
        }
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        _seed = reader.ReadUInt64();
        NetworkState.Load(ref reader, Network, _updater);
        reader.ReadFloats(_good);
        StateFormat.Require(reader.ReadBoolean() == _isCritic, "an actor stands for a critic, or the other way round");
        reader.ReadLength(_utilities.Length);
        foreach (var utilities in _utilities)
        {
            utilities.Load(ref reader);
        }

        DrawInitial(_architecture, _seed, _initial);
    }

    public void Dispose()
    {
        _updater.Dispose();
        Network.Dispose();
    }

    private static string WeightOf(MlpArchitecture architecture, int layer) =>
        layer == architecture.Hidden.Length ? MlpArchitecture.HeadWeight : MlpArchitecture.WeightOf(layer);

    private string BiasOf(int layer) => layer == _architecture.Hidden.Length ? MlpArchitecture.HeadBias : MlpArchitecture.BiasOf(layer);

    private static double DormantLimit(float[] means, double threshold) => threshold * (means.Average(mean => (double)mean) + 1e-9);

    /// <summary>Mean absolute activation of each unit in the last forward pass.</summary>
    private void UnitMeans(int layer, Span<float> means)
    {
        var activations = Network.HiddenActivations(layer);
        var width = means.Length;
        means.Clear();
        for (var start = 0; start < activations.Length; start += width)
        {
            for (var unit = 0; unit < width; unit++)
            {
                means[unit] += Math.Abs(activations[start + unit]);
            }
        }

        TensorPrimitives.Divide(means, Network.Rows, means);
    }

    private void MeanOutgoing(int layer, Span<float> sizes)
    {
        for (var unit = 0; unit < sizes.Length; unit++)
        {
            var outgoing = Outgoing(layer, unit);
            sizes[unit] = TensorPrimitives.SumOfMagnitudes<float>(outgoing) / outgoing.Length;
        }
    }

    private Span<float> Outgoing(int layer, int unit)
    {
        var weight = _architecture.Layout[WeightOf(_architecture, layer + 1)];
        return weight.In(Network.Parameters).Slice(unit * weight.Shape[1], weight.Shape[1]);
    }

    /// <summary>New incoming weights, a bias of 0, outgoing weights of 0, and no moments of any of them.</summary>
    private void Renew(int layer, int unit, Func<float> draw)
    {
        var layout = _architecture.Layout;
        var incoming = layout[WeightOf(_architecture, layer)];
        var outgoing = layout[WeightOf(_architecture, layer + 1)];
        for (var input = 0; input < incoming.Shape[0]; input++)
        {
            Network.Parameters[incoming.Offset + (input * incoming.Shape[1]) + unit] = draw();
        }

        Network.Parameters[layout[BiasOf(layer)].Offset + unit] = 0;
        Outgoing(layer, unit).Clear();
        if (_architecture.LayerNorm)
        {
            Network.Parameters[layout[MlpArchitecture.GainOf(layer)].Offset + unit] = 1;
            Network.Parameters[layout[MlpArchitecture.ShiftOf(layer)].Offset + unit] = 0;
        }

        foreach (var moments in _updater.Vectors)
        {
            for (var input = 0; input < incoming.Shape[0]; input++)
            {
                moments[incoming.Offset + (input * incoming.Shape[1]) + unit] = 0;
            }

            moments[layout[BiasOf(layer)].Offset + unit] = 0;
            moments.AsSpan(outgoing.Offset + (unit * outgoing.Shape[1]), outgoing.Shape[1]).Clear();
            if (_architecture.LayerNorm)
            {
                moments[layout[MlpArchitecture.GainOf(layer)].Offset + unit] = 0;
                moments[layout[MlpArchitecture.ShiftOf(layer)].Offset + unit] = 0;
            }
        }
    }
}
