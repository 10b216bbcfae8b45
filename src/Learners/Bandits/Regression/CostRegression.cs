using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Averaging;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// Expects of each action of a context a cost, and takes one step of an optimiser on the cost of the chosen one, and further ones on past
/// rounds where they are replayed. A network with one hidden layer, or a linear model.
/// </summary>
/// <remarks>
/// Its output is f, or with perturbations f̃ₛ = f + δₛ (<see cref="SignPerturbation"/>). Squared loss: cost ŷ = mean of f̃ₛ, r = mean of
/// f̃ₛ - y. Kullback-Leibler: ŷ = mean of σ(f̃ₛ), r = mean of σ(f̃ₛ) - y. The gradient is r ∇f, and what the perturbations add; the latter
/// goes into a plain step of the same size whatever the optimiser makes of the former, as decay does in AdamW. In expectation over the
/// signs, with squared loss, perturbations come to λ/2 |θ - θ₀|² with λ = c²/√m besides the loss of f: with
/// <see cref="PerturbationKind.Expected"/> each step goes down that as well, in the block that learns and in what all share.
/// </remarks>
internal sealed unsafe class CostRegression
{
    private const string Name = "cost-regression";
    private const int Version = 1;
    private const int Fields = 9;
    private const long MostParameters = 1 << 27;

    /// <summary>Outputs above that have run away: no gradient leads back.</summary>
    private const float LargestOutput = 1 << 24;

    /// <summary>Squared gradient norm above which a step is refused: sums of squares would overflow.</summary>
    private const double LargestSquaredNorm = 1e24;

    private readonly CostRegressionOptions _options;
    private readonly BanditInputs _inputs;
    private readonly BlockShape _shape;
    private readonly BlockNetwork _network;
    private readonly BlockOptimizer _optimizer;
    private readonly SignPerturbation? _signs;
    private readonly LayerProjection? _projection;
    private readonly ReplayMemory? _replay;
    private readonly Xoshiro256 _replayRandom;
    private readonly float[] _good;

    // λ = c²/√m of the pull towards θ₀.
    private readonly float _pullStrength;

    // θ₀, where something needs it: drawn again from the seed that is state.
    private readonly PinnedFloats? _initial;
    private ulong _seed;

    // Workspace.
    private readonly BlockGradient _gradient;
    private readonly PinnedFloats _hidden;
    private readonly PinnedFloats _sums;
    private readonly double[] _residuals;

    internal CostRegression(BanditTask task, CostRegressionOptions options, ulong seed)
    {
        _options = options;
        _seed = seed;
        _inputs = new BanditInputs(task, options.Normalization, options.Clip, options.ActionBias);
        var width = options.IsLinear ? 0 : options.Hidden;
        var signs = options.Perturbation == PerturbationKind.Rademacher ? options.Perturbations : 0;
        if (BlockShape.LengthFor(_inputs.Blocks, _inputs.Count, width) * (signs + 1) > MostParameters)
        {
            throw new OptionException(
                options.IsLinear ? options.Path : $"{options.Path}.hidden", $"{width}",
                $"a model of at most {MostParameters} numbers for {_inputs.Blocks} blocks of {_inputs.Count} inputs");
        }

        if (options.Replay > 0 && (long)options.ReplayCapacity * Math.Max(1, _inputs.Features) > MostParameters)
        {
            throw new OptionException(
                $"{options.Path}.{options.ReplayCapacityName}", $"{options.ReplayCapacity}",
                $"at most {MostParameters / Math.Max(1, _inputs.Features)} rounds of {_inputs.Features} features");
        }

        _shape = new BlockShape(_inputs.Blocks, _inputs.Count, width);
        _network = new BlockNetwork(_shape);
        _optimizer = BlockOptimizer.Create(options.Optimizer, _shape, options.LearningRate, options.Damping);
        _gradient = new BlockGradient(_shape);
        _hidden = new PinnedFloats(_shape.Stride);
        _sums = new PinnedFloats(_shape.Stride);
        _signs = signs > 0 ? new SignPerturbation(_shape, signs, options.PerturbationScale) : null;
        _residuals = new double[Math.Max(1, signs)];
        _projection = options.ProjectionRadius > 0 ? new LayerProjection(_shape, options.ProjectionRadius) : null;
        _pullStrength = (float)(options.WeightDecay + (options.Perturbation == PerturbationKind.Expected
            ? options.PerturbationScale * options.PerturbationScale / Math.Sqrt(Math.Max(1, width))
            : 0));
        _initial = _projection is not null || _signs is not null || _pullStrength > 0 ? new PinnedFloats(_shape.Count) : null;
        _replay = options.Replay > 0 ? new ReplayMemory(options.ReplayCapacity, _inputs.Features, _inputs.Blocks) : null;
        _replayRandom = new Xoshiro256(seed ^ 0x5EED_0F_0E9A_11ED);
        _good = new float[_shape.Count];
        DrawStart(_network.Parameters);
        _network.Parameters.CopyTo(_good);
        PrepareStart();
    }

    internal BlockShape Shape => _shape;

    internal BlockNetwork Network => _network;

    internal BanditInputs Inputs => _inputs;

    /// <summary>δ of the perturbations by signs; none without such.</summary>
    internal ReadOnlySpan<double> Offsets => _signs is null ? [] : _signs.Offsets;

    /// <summary>The gradient of the output by the last <see cref="Differentiate"/>.</summary>
    internal BlockGradient Gradient => _gradient;

    /// <summary>Whether its squares can be summed.</summary>
    internal bool HasUsableGradient => _gradient.SquaredNorm <= LargestSquaredNorm;

    /// <summary>The expected cost of one action, and the gradient of the output before any perturbation.</summary>
    internal double Differentiate(in BanditContext context, int action)
    {
        var output = Output(context, action);
        _gradient.Set(_network, _inputs.BlockOf(action), _inputs.Pointer, _hidden.Pointer, 1);
        GC.KeepAlive(this);
        return CostOf(output);
    }

    /// <summary>f of one action, before any perturbation.</summary>
    internal float Output(in BanditContext context, int action)
    {
        _inputs.WriteShared(context.Shared);
        _inputs.WriteOwn(_inputs.OwnOf(context, action));
        var output = _network.Forward(_inputs.BlockOf(action), _inputs.Pointer, _hidden.Pointer);
        GC.KeepAlive(this);
        return output;
    }

    /// <summary>The expected cost of each action, finite.</summary>
    internal void Predict(in BanditContext context, Span<double> costs)
    {
        _inputs.WriteShared(context.Shared);
        if (_inputs.UsesBlocks)
        {
            for (var action = 0; action < context.Actions; action++)
            {
                costs[action] = CostOf(_network.Forward(action, _inputs.Pointer, _hidden.Pointer));
            }
        }
        else if (!_shape.HasHidden)
        {
            for (var action = 0; action < context.Actions; action++)
            {
                _inputs.WriteOwn(context.FeaturesOf(action));
                costs[action] = CostOf(_network.Forward(0, _inputs.Pointer, _hidden.Pointer));
            }
        }
        else
        {
            // What all actions share is summed once.
            _network.Begin(0, _inputs.Pointer, _inputs.SharedCount, _sums.Pointer);
            for (var action = 0; action < context.Actions; action++)
            {
                _inputs.WriteOwn(context.FeaturesOf(action));
                costs[action] = CostOf(_network.Finish(0, _inputs.Pointer, _inputs.SharedCount, _sums.Pointer, _hidden.Pointer));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Learns what an action has cost.</summary>
    /// <returns>Refused where the output has run away or the gradient is not finite: the model has not moved.</returns>
    internal LearnOutcome Learn(in BanditContext context, int action, double cost)
    {
        _inputs.Observe(context);
        var own = _inputs.OwnOf(context, action);
        var block = _inputs.BlockOf(action);
        if (!Step(context.Shared, own, block, (float)cost))
        {
            return LearnOutcome.Refused;
        }

        if (_replay is not null)
        {
            for (var i = 0; i < _options.Replay && _replay.Count > 0; i++)
            {
                var past = _replay.Draw(_replayRandom);
                var features = _replay.Features(past);
                Step(features[.._inputs.SharedCount], features[_inputs.SharedCount..], _replay.Block(past), _replay.Cost(past));
            }

            _replay.Add(context.Shared, own, block, (float)cost);
        }

        GC.KeepAlive(this);
        return LearnOutcome.Learned;
    }

    /// <summary>What the replicas of the model have in common has moved (<see cref="IAveragedLearner.Move"/>): the parameters go along, and so does their
    /// good state. Gathered step sizes stay.</summary>
    internal void Move(int offset, ReadOnlySpan<float> before, ReadOnlySpan<float> after)
    {
        ParameterMove.Apply(_network.Parameters.Slice(offset, before.Length), before, after);
        ParameterMove.Apply(_good.AsSpan(offset, before.Length), before, after);
        Measure();
    }

    /// <summary>Keeps the parameters, unless they have run away.</summary>
    internal void KeepGood()
    {
        if (TensorPrimitives.MaxMagnitude<float>(_network.Parameters) is >= -LargestOutput and <= LargestOutput)
        {
            _network.Parameters.CopyTo(_good);
        }
    }

    /// <summary>The kept parameters again; the optimiser forgets all that it has gathered on the way to those it leaves.</summary>
    internal void ReturnToGood()
    {
        _good.CopyTo(_network.Parameters);
        _optimizer.Reset();
        Measure();
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(Signature());
        writer.Write(_seed);
        _inputs.Save(ref writer);
        writer.WriteFloats(_network.Parameters);
        _optimizer.Save(ref writer);
        writer.WriteFloats(_good);
        if (_replay is null)
        {
            writer.WriteNil();
        }
        else
        {
            _replay.Save(ref writer);
        }

        _replayRandom.Save(ref writer);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        var signature = reader.ReadString();
        if (signature != Signature())
        {
            throw new StateFormatException(
                $"Stored state is of the model '{signature}'; expected '{Signature()}': the learner's settings have changed.");
        }

        _seed = reader.ReadUInt64();
        _inputs.Load(ref reader);
        ReadParameters(ref reader, _network.Parameters);
        _optimizer.Load(ref reader);
        ReadParameters(ref reader, _good);
        if (_replay is null)
        {
            reader.ReadNil();
        }
        else
        {
            _replay.Load(ref reader);
        }

        _replayRandom.Load(ref reader);
        PrepareStart();
    }

    private static void ReadParameters(ref MessagePackReader reader, Span<float> parameters)
    {
        reader.ReadFloats(parameters);
        StateFormat.Require(BlockNetwork.AreUsable(parameters), "a parameter is larger than any gets");
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>What an output means with its perturbations: the prediction of the cost.</summary>
    private double CostOf(float output)
    {
        var f = float.IsFinite(output) ? output : 0;
        if (_signs is null)
        {
            return _options.Loss == CostLoss.Squared ? f : Sigmoid(f);
        }

        var sum = 0.0;
        foreach (var offset in _signs.Offsets)
        {
            sum += _options.Loss == CostLoss.KullbackLeibler && _options.AveragesSigmoids ? Sigmoid(f + offset) : f + offset;
        }

        var mean = sum / _residuals.Length;
        return _options.Loss == CostLoss.KullbackLeibler && !_options.AveragesSigmoids ? Sigmoid(mean) : mean;
    }

    /// <summary>One step on one sample; false: refused.</summary>
    private bool Step(ReadOnlySpan<float> shared, ReadOnlySpan<float> own, int block, float cost)
    {
        _inputs.WriteShared(shared);
        _inputs.WriteOwn(own);
        var output = _network.Forward(block, _inputs.Pointer, _hidden.Pointer);
        if (!(Math.Abs(output) <= LargestOutput))
        {
            return false;
        }

        _gradient.Set(_network, block, _inputs.Pointer, _hidden.Pointer, (float)Residual(output, cost));
        if (!(_gradient.SquaredNorm <= LargestSquaredNorm))
        {
            return false;
        }

        if (_pullStrength > 0)
        {
            _optimizer.Pull(_network.Pointer, _initial!.Pointer, block, _pullStrength);
        }

        _optimizer.Step(_network.Pointer, _gradient);
        _signs?.Step(_network.Parameters, _residuals, _options.LearningRate);
        if (_signs is not null)
        {
            _projection?.Measure(_network, _initial!);
        }

        _projection?.Step(_network, _initial!, block);
        _signs?.Measure(_network.Parameters, _initial!.Span);
        return true;
    }

    /// <summary>r, the mean of those of the perturbed outputs, which it leaves behind.</summary>
    private double Residual(float output, float cost)
    {
        if (_signs is null)
        {
            return (_options.Loss == CostLoss.Squared ? output : Sigmoid(output)) - cost;
        }

        var sum = 0.0;
        for (var s = 0; s < _residuals.Length; s++)
        {
            var f = output + _signs.Offsets[s];
            _residuals[s] = (_options.Loss == CostLoss.Squared ? f : Sigmoid(f)) - cost;
            sum += _residuals[s];
        }

        return sum / _residuals.Length;
    }

    /// <summary>What stored parameters are of: a network of that size that makes that objective small.</summary>
    private string Signature()
    {
        var perturbation = _options.Perturbation switch
        {
            PerturbationKind.None => "",
            PerturbationKind.Expected => FormattableString.Invariant($" {_options.PerturbationScale}"),
            _ => FormattableString.Invariant($" {_options.Perturbations} x {_options.PerturbationScale}"),
        };
        var radius = _options.ProjectionRadius > 0 ? FormattableString.Invariant($" within {_options.ProjectionRadius}") : "";
        return $"{_shape.Blocks}x{_shape.Inputs}-{_shape.Width} {_options.Loss} {_options.Perturbation}{perturbation}{radius}";
    }

    private void DrawStart(Span<float> parameters) =>
        BlockNetwork.Initialize(_shape, _options.WeightScale, _options.HeadScale, new Xoshiro256(_seed), parameters);

    /// <summary>What hangs on the seed and on the parameters as they are.</summary>
    private void PrepareStart()
    {
        if (_initial is not null)
        {
            DrawStart(_initial.Span);
        }

        _signs?.Draw(new Xoshiro256(_seed ^ 0x51_6E5));
        Measure();
    }

    /// <summary>What is remembered of the parameters, from the parameters as they are.</summary>
    internal void Measure()
    {
        _signs?.Measure(_network.Parameters, _initial!.Span);
        _projection?.Measure(_network, _initial!);
    }
}
