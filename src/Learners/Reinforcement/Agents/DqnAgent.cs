using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement.Agents;

/// <summary><c>dqn</c>: values of a few actions, with n-step returns, double estimates and a target that follows slowly, on observations of numbers, on the fused kernels.</summary>
/// <remarks>
/// An update: y = R + d Q'(o', argmax Q(o')), and the mean of Huber losses (δ = 1) of Q(o, a) - y. An action is a number from 0 to how many there are, less 1. Sources: Mnih et al., "Human-level
/// control through deep reinforcement learning", Nature 2015; van Hasselt, Guez and Silver, "Deep reinforcement learning with double Q-learning", AAAI 2016; the target follows as in DrQ-v2.
/// </remarks>
public sealed class DqnAgent : IControlAgent
{
    private const string Name = "dqn";
    private const int Version = 1;
    private const int Fields = 5;

    private readonly AgentOptions _options;
    private readonly int _observation;
    private readonly int _choices;
    private readonly Critic _critic;

    // Workspace of an update: [batch, choices] each, [batch].
    private readonly float[] _values;
    private readonly float[] _nextValues;
    private readonly float[] _deltas;
    private readonly float[] _targets;
    private readonly float[] _lastObservations;
    private readonly float[] _own;
    private UnitActivity _lastActive;
    private long _generation;
    private bool _examinable;

    /// <param name="observation">Numbers of an observation.</param>
    /// <param name="choices">Actions that there are, at least 2.</param>
    /// <param name="options">Its settings.</param>
    /// <exception cref="OptionException">A setting has a value that cannot be used.</exception>
    public DqnAgent(int observation, int choices, AgentOptions options)
    {
        _options = options.Checked();
        if (choices < 2)
        {
            throw new OptionException($"{options.Path}.actions", FormattableString.Invariant($"{choices}"), "at least 2 actions to choose from");
        }

        _observation = observation;
        _choices = choices;
        _critic = new Critic(options.Architecture(observation, choices), options, options.SeedOf(1, 0));
        _values = new float[options.Batch * choices];
        _nextValues = new float[options.Batch * choices];
        _deltas = new float[options.Batch * choices];
        _targets = new float[options.Batch];
        _lastObservations = new float[options.Batch * observation];
        _own = new float[choices];
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
        Shapes.Require(nameof(action), action.Length, 1);
        if (exploration > 0 && random.NextDouble() < exploration)
        {
            ActAtRandom(random, action);
            return;
        }

        _critic.Forward(seen.Numbers, 1, _own);
        action[0] = Largest(_own);
    }

    /// <inheritdoc/>
    public void ActAtRandom(Xoshiro256 random, Span<float> action) => action[0] = (int)(random.NextDouble() * _choices);

    /// <inheritdoc/>
    public AgentUpdate Update(ReplayBatch batch, double exploration, Xoshiro256 random)
    {
        if (batch.Rows != _options.Batch || batch.Shape.Pixels || batch.Shape.Observation != _observation || batch.Shape.Actions != 1)
        {
            throw new ArgumentException(
                $"A batch of {batch.Rows} windows of {batch.Shape}; expected {_options.Batch} of {_observation} numbers, 1 action.", nameof(batch));
        }

        var rows = batch.Rows;
        _critic.Forward(batch.NextObservations, rows, _nextValues);
        _critic.ForwardTarget(batch.NextObservations, rows, _values);
        for (var row = 0; row < rows; row++)
        {
            var best = Largest(_nextValues.AsSpan(row * _choices, _choices));
            _targets[row] = batch.Returns[row] + (batch.Discounts[row] * _values[(row * _choices) + best]);
        }

        batch.Observations.CopyTo(_lastObservations, 0);
        _critic.Forward(batch.Observations, rows, _values);
        var activity = _critic.Learning.Network.CountActive();
        if (WatchesUnits)
        {
            _critic.Learning.WatchUnits();
        }

        var (loss, value) = (0.0, 0.0);
        Array.Clear(_deltas);
        for (var row = 0; row < rows; row++)
        {
            var place = (row * _choices) + ActionOf(batch.Actions[row]);
            var error = _values[place] - _targets[row];
            var size = Math.Abs(error);
            batch.Surprises[row] = size;
            loss += batch.Weights[row] * (double)(size <= 1 ? 0.5f * error * error : size - 0.5f) / rows;
            value += (double)_values[place] / rows;
            _deltas[place] = batch.Weights[row] * Math.Clamp(error, -1, 1) / rows;
        }

        if (!double.IsFinite(loss))
        {
            return new AgentUpdate(Applied: false, loss, value, double.NaN, activity);
        }

        var outcome = _critic.Learning.Learn(_deltas);
        if (outcome.Applied)
        {
            _critic.Follow();
            Updates++;
            _lastActive = activity;
            _examinable = true;
            Intervene(random);
        }

        return new AgentUpdate(outcome.Applied, loss, value, outcome.GradientNorm, activity);
    }

    /// <inheritdoc/>
    public PlasticityReport Examine()
    {
        if (!_examinable)
        {
            return new PlasticityReport([]);
        }

        _critic.Forward(_lastObservations, _options.Batch, _values);
        return new PlasticityReport([_critic.Learning.Examine("critic") with { Fau = _lastActive.Fraction }]);
    }

    /// <inheritdoc/>
    public void ResetNetworks()
    {
        _generation++;
        _critic.Restart(_options.SeedOf(1, _generation));
        _examinable = false;
    }

    /// <inheritdoc/>
    public void Inject()
    {
        _generation++;
        _critic.Inject(_options.SeedOf(1, _generation));
    }

    /// <inheritdoc/>
    public void KeepGood() => _critic.KeepGood();

    /// <inheritdoc/>
    public void ReturnToGood() => _critic.ReturnToGood();

    void IControlAgent.Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(Updates);
        writer.Write(_generation);
        writer.Write(_observation);
        writer.Write(_choices);
        _critic.Save(ref writer);
    }

    void IControlAgent.Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        Updates = reader.ReadInt64();
        _generation = reader.ReadInt64();
        StateFormat.Require(Updates >= 0 && _generation >= 0, "a count is below 0");
        var (observation, choices) = (reader.ReadInt32(), reader.ReadInt32());
        if (observation != _observation || choices != _choices)
        {
            throw new StateFormatException(
                $"Stored state has observations of {observation} numbers and {choices} actions; expected {_observation} and {_choices}: the learner's settings have changed.");
        }

        _critic.Load(ref reader);
        _examinable = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _critic.Dispose();

    private static int Largest(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private int ActionOf(float action) => action >= 0 && action < _choices && action == (int)action
        ? (int)action
        : throw new ArgumentException($"An action of a batch is {action}; expected a whole number from 0 to {_choices - 1}.");

    private bool WatchesUnits => _options.Interventions.WatchesUnits || RedoIsDue(Updates + 1);

    private bool RedoIsDue(long update) => _options.Interventions.RedoEvery > 0 && update % _options.Interventions.RedoEvery == 0;

    private void Intervene(Xoshiro256 random)
    {
        if (_options.Interventions.ReplacementRate > 0)
        {
            _critic.Learning.ReplaceUnits(random);
        }

        if (RedoIsDue(Updates))
        {
            _critic.Learning.RenewDormant(random);
        }
    }
}
