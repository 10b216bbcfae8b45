using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary>
/// <c>ddpg-n</c>: deterministic policy gradients with twin critics and n-step returns, on observations of numbers: the heads, losses and schedule of DrQ-v2 without its encoder and trunk, on the fused
/// kernels.
/// </summary>
/// <remarks>
/// An update: y = R + d min(Q₁', Q₂')(o', a') with a' = μ(o') + clipped noise; each critic goes down the mean of (Q - y)²; the actor goes down the mean of -min(Q₁, Q₂)(o, μ(o) + clipped noise),
/// the gradient passing the cut-off at ±1 as if it were not there; then the targets follow. Source: Lillicrap et al., "Continuous control with deep reinforcement learning", ICLR 2016; Yarats et
/// al., "Mastering visual continuous control", ICLR 2022, appendix B.
/// </remarks>
public sealed class DdpgAgent : IControlAgent
{
    // Actions stay that far inside of their bounds, as DrQ-v2's do.
    private const float Inside = 1 - 1e-6f;
    private const string Name = "ddpg-n";
    private const int Version = 1;
    private const int Fields = 6;

    private readonly AgentOptions _options;
    private readonly int _observation;
    private readonly int _actions;
    private readonly PlasticNetwork _actor;
    private readonly Critic[] _critics;

    // Workspace of an update: [batch, observation + actions], [batch, actions], [batch].
    private readonly float[] _pairs;
    private readonly float[] _means;
    private readonly float[] _actionGradient;
    private readonly float[] _otherGradient;
    private readonly float[][] _values;
    private readonly float[] _targets;
    private readonly float[] _deltas;
    private UnitActivity _lastActive;
    private long _generation;
    private bool _examinable;

    /// <param name="observation">Numbers of an observation.</param>
    /// <param name="actions">Numbers of an action, each from -1 to 1.</param>
    /// <param name="options">Its settings.</param>
    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    public DdpgAgent(int observation, int actions, AgentOptions options)
    {
        _options = options.Checked();
        _observation = observation;
        _actions = actions;
        var workspace = new CpuMlpWorkspace(options.Architecture(observation, actions), options.Batch);
        _actor = new PlasticNetwork(workspace, options.Updates(isCritic: false), options.Interventions, isCritic: false, options.SeedOf(0, 0));
        var critic = options.Architecture(observation + actions, 1);
        _critics = [new Critic(critic, options, options.SeedOf(1, 0)), new Critic(critic, options, options.SeedOf(2, 0))];
        _pairs = new float[options.Batch * (observation + actions)];
        _means = new float[options.Batch * actions];
        _actionGradient = new float[options.Batch * actions];
        _otherGradient = new float[options.Batch * actions];
        _values = [new float[options.Batch], new float[options.Batch]];
        _targets = new float[options.Batch];
        _deltas = new float[options.Batch];
    }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public NetworkDevice Device => NetworkDevice.Cpu;

    /// <inheritdoc/>
    public long Updates { get; private set; }

    /// <inheritdoc/>
    public int Batch => _options.Batch;

    /// <inheritdoc/>
    public void Act(in SeenObservation seen, double exploration, Xoshiro256 random, Span<float> action)
    {
        Shapes.Require("observation", seen.Numbers.Length, _observation);
        Shapes.Require(nameof(action), action.Length, _actions);
        Policy(seen.Numbers, 1, action);
        if (exploration > 0)
        {
            foreach (ref var value in action)
            {
                value = Math.Clamp(value + (float)(exploration * random.NextGaussian()), -1, 1);
            }
        }
    }

    /// <inheritdoc/>
    public void ActAtRandom(Xoshiro256 random, Span<float> action)
    {
        foreach (ref var value in action)
        {
            value = random.NextUniform(1);
        }
    }

    /// <inheritdoc/>
    public AgentUpdate Update(ReplayBatch batch, double exploration, Xoshiro256 random)
    {
        if (batch.Rows != _options.Batch || batch.Shape.Pixels || batch.Shape.Observation != _observation || batch.Shape.Actions != _actions)
        {
            throw new ArgumentException(
                $"A batch of {batch.Rows} windows of {batch.Shape}; expected {_options.Batch} of {_observation} numbers, {_actions} actions.", nameof(batch));
        }

        Bootstrap(batch, exploration, random);
        var update = LearnValues(batch);
        if (!update.Applied)
        {
            return update;
        }

        var (applied, activity) = LearnPolicy(batch, exploration, random);
        foreach (var critic in _critics)
        {
            critic.Follow();
        }

        Updates++;
        Intervene(random);
        _examinable = true;
        return update with { Applied = applied, Actor = activity };
    }

    /// <inheritdoc/>
    public PlasticityReport Examine()
    {
        if (!_examinable)
        {
            return new PlasticityReport([]);
        }

        var rows = _options.Batch;
        var critics = new ModulePlasticity[_critics.Length];
        for (var i = 0; i < critics.Length; i++)
        {
            _critics[i].Forward(_pairs, rows, _values[i]);
            critics[i] = _critics[i].Learning.Examine("critic");
        }

        // Both critics are one module: shares and ranks are means, norms those of all parameters.
        var critic = new ModulePlasticity(
            "critic", _lastActive.Fraction, critics.Average(each => each.Dormant), critics.Average(each => each.FeatureRank),
            critics.Average(each => each.EffectiveRank), Math.Sqrt(critics.Sum(each => each.WeightNorm * each.WeightNorm)),
            Math.Sqrt(critics.Sum(each => each.Distance * each.Distance)));
        _actor.Network.Forward(Observations(rows), rows);
        return new PlasticityReport([critic, _actor.Examine("actor")]);
    }

    /// <inheritdoc/>
    public void ResetNetworks()
    {
        _generation++;
        _actor.Restart(_options.SeedOf(0, _generation));
        for (var i = 0; i < _critics.Length; i++)
        {
            _critics[i].Restart(_options.SeedOf(i + 1, _generation));
        }

        _examinable = false;
    }

    /// <inheritdoc/>
    public void Inject()
    {
        _generation++;
        for (var i = 0; i < _critics.Length; i++)
        {
            _critics[i].Inject(_options.SeedOf(i + 1, _generation));
        }
    }

    /// <inheritdoc/>
    public void KeepGood()
    {
        _actor.KeepGood();
        foreach (var critic in _critics)
        {
            critic.KeepGood();
        }
    }

    /// <inheritdoc/>
    public void ReturnToGood()
    {
        _actor.ReturnToGood();
        foreach (var critic in _critics)
        {
            critic.ReturnToGood();
        }
    }

    void IControlAgent.Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(Updates);
        writer.Write(_generation);
        writer.Write(_observation);
        _actor.Save(ref writer);
        foreach (var critic in _critics)
        {
            critic.Save(ref writer);
        }
    }

    void IControlAgent.Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        Updates = reader.ReadInt64();
        _generation = reader.ReadInt64();
        StateFormat.Require(Updates >= 0 && _generation >= 0, "a count is below 0");
        var observation = reader.ReadInt32();
        if (observation != _observation)
        {
            throw new StateFormatException($"Stored state has observations of {observation} numbers; expected {_observation}: the learner's settings have changed.");
        }

        _actor.Load(ref reader);
        foreach (var critic in _critics)
        {
            critic.Load(ref reader);
        }

        _examinable = false;
    }

    /// <summary>Counts the actor's active units once more: what that costs is measured.</summary>
    internal UnitActivity CountActorUnits() => _actor.Network.CountActive();

    /// <inheritdoc/>
    public void Dispose()
    {
        _actor.Dispose();
        foreach (var critic in _critics)
        {
            critic.Dispose();
        }
    }

    /// <summary>The observations of the pairs.</summary>
    private float[] Observations(int rows)
    {
        var observations = new float[rows * _observation];
        for (var row = 0; row < rows; row++)
        {
            _pairs.AsSpan(row * (_observation + _actions), _observation).CopyTo(observations.AsSpan(row * _observation));
        }

        return observations;
    }

    /// <summary>What the policy does, without noise.</summary>
    private unsafe void Policy(ReadOnlySpan<float> observations, int rows, Span<float> actions)
    {
        _actor.Network.Forward(observations, rows);
        _actor.Network.Logits.CopyTo(actions);
        fixed (float* values = actions)
        {
            ActivationKernels.Forward(Activation.Tanh, values, values, actions.Length);
        }
    }

    /// <summary>Pairs of observations and what the policy does there, with clipped noise.</summary>
    private void PairWithPolicy(ReadOnlySpan<float> observations, double exploration, Xoshiro256 random)
    {
        var rows = _options.Batch;
        Policy(observations, rows, _means);
        var width = _observation + _actions;
        for (var row = 0; row < rows; row++)
        {
            observations.Slice(row * _observation, _observation).CopyTo(_pairs.AsSpan(row * width));
            for (var i = 0; i < _actions; i++)
            {
                var noise = Math.Clamp(exploration * random.NextGaussian(), -_options.NoiseClip, _options.NoiseClip);
                _pairs[(row * width) + _observation + i] = Math.Clamp(_means[(row * _actions) + i] + (float)noise, -Inside, Inside);
            }
        }
    }

    /// <summary>What the critics should say: <see cref="_targets"/>.</summary>
    private void Bootstrap(ReplayBatch batch, double exploration, Xoshiro256 random)
    {
        PairWithPolicy(batch.NextObservations, exploration, random);
        for (var i = 0; i < _critics.Length; i++)
        {
            _critics[i].ForwardTarget(_pairs, batch.Rows, _values[i]);
        }

        TensorPrimitives.Min(_values[0], _values[1], _targets);
        TensorPrimitives.MultiplyAdd(_targets, batch.Discounts, batch.Returns, _targets);
    }

    private AgentUpdate LearnValues(ReplayBatch batch)
    {
        var width = _observation + _actions;
        for (var row = 0; row < batch.Rows; row++)
        {
            batch.Observations.AsSpan(row * _observation, _observation).CopyTo(_pairs.AsSpan(row * width));
            batch.Actions.AsSpan(row * _actions, _actions).CopyTo(_pairs.AsSpan((row * width) + _observation));
        }

        var (loss, value, norm, activity) = (0.0, 0.0, 0.0, default(UnitActivity));
        Array.Clear(batch.Surprises);
        for (var i = 0; i < _critics.Length; i++)
        {
            var values = _values[i];
            _critics[i].Forward(_pairs, batch.Rows, values);
            activity += _critics[i].Learning.Network.CountActive();
            if (WatchesUnits)
            {
                _critics[i].Learning.WatchUnits();
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                var error = values[row] - _targets[row];
                batch.Surprises[row] += Math.Abs(error) / _critics.Length;
                loss += batch.Weights[row] * (double)error * error / batch.Rows;
                value += (double)values[row] / batch.Rows / _critics.Length;
            }
        }

        if (!double.IsFinite(loss))
        {
            return new AgentUpdate(Applied: false, loss, value, double.NaN, activity);
        }

        for (var i = 0; i < _critics.Length; i++)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                _deltas[row] = 2 * batch.Weights[row] * (_values[i][row] - _targets[row]) / batch.Rows;
            }

            var outcome = _critics[i].Learning.Learn(_deltas);
            norm = Math.Sqrt((norm * norm) + (outcome.GradientNorm * outcome.GradientNorm));
            if (!outcome.Applied)
            {
                return new AgentUpdate(Applied: false, loss, value, norm, activity);
            }
        }

        _lastActive = activity;
        return new AgentUpdate(Applied: true, loss, value, norm, activity);
    }

    private (bool Applied, UnitActivity Activity) LearnPolicy(ReplayBatch batch, double exploration, Xoshiro256 random)
    {
        PairWithPolicy(batch.Observations, exploration, random);
        var activity = _actor.Network.CountActive();
        if (WatchesUnits)
        {
            _actor.WatchUnits();
        }

        for (var i = 0; i < _critics.Length; i++)
        {
            _critics[i].Forward(_pairs, batch.Rows, _values[i]);
        }

        // The smaller value of a row passes the gradient; the actor goes up it.
        for (var i = 0; i < _critics.Length; i++)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                var isSmaller = i == 0 ? _values[0][row] <= _values[1][row] : _values[1][row] < _values[0][row];
                _deltas[row] = isSmaller ? -1f / batch.Rows : 0;
            }

            _critics[i].InputGradient(_pairs, batch.Rows, _deltas, _observation, _actions, i == 0 ? _actionGradient : _otherGradient);
        }

        for (var i = 0; i < _actionGradient.Length; i++)
        {
            _actionGradient[i] = (_actionGradient[i] + _otherGradient[i]) * (1 - (_means[i] * _means[i]));
        }

        return (_actor.Learn(_actionGradient).Applied, activity);
    }

    /// <summary>Whether this update needs what single units gave.</summary>
    private bool WatchesUnits => _options.Interventions.WatchesUnits || RedoIsDue(Updates + 1);

    private bool RedoIsDue(long update) => _options.Interventions.RedoEvery > 0 && update % _options.Interventions.RedoEvery == 0;

    private void Intervene(Xoshiro256 random)
    {
        if (_options.Interventions.ReplacementRate > 0)
        {
            _actor.ReplaceUnits(random);
            foreach (var critic in _critics)
            {
                critic.Learning.ReplaceUnits(random);
            }
        }

        if (RedoIsDue(Updates))
        {
            _actor.RenewDormant(random);
            foreach (var critic in _critics)
            {
                critic.Learning.RenewDormant(random);
            }
        }
    }
}
