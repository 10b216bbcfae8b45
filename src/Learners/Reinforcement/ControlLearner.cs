using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Ratios;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reinforcement;

/// <summary>
/// An agent that learns from the steps of any number of environments as they come: each goes into the replay buffer, and earns as many updates as the replay ratio says. Single-threaded and
/// deterministic: all chance is its own generator's, which is part of its state.
/// </summary>
/// <remarks>
/// <code>
/// var first = learner.Begin(observation);                           // an episode begins
/// learner.Act(first, action);                                       // what to do there
/// var next = learner.Continue(first, action, reward, observation, StepEnd.None);
/// </code>
/// </remarks>
public sealed class ControlLearner : IDisposable
{
    private const string Name = "control-learner";
    private const int Version = 1;
    private const int Fields = 14;

    // Updates.
    private const int KeepGoodEvery = 1000;

    private readonly ControlLearnerOptions _options;
    private readonly IControlAgent _agent;
    private readonly StepReplay _replay;
    private readonly ReplayBatch _batch;
    private readonly UpdateCredit _credit = new();
    private readonly AdaptiveRatio? _adaptive;
    private readonly Xoshiro256 _random;
    private readonly float[] _noAction;
    private readonly float[] _numbers;
    private readonly byte[] _pictures;
    private int _refusedInARow;
    private bool _injected;

    /// <param name="agent">What acts and learns; disposed of with it.</param>
    /// <param name="shape">Of steps.</param>
    /// <param name="options">When and how often.</param>
    /// <exception cref="Options.OptionException">A setting has a value that cannot be used.</exception>
    public ControlLearner(IControlAgent agent, StepShape shape, ControlLearnerOptions options)
    {
        _options = options.Checked();
        _agent = agent;
        _replay = new StepReplay(shape, options.Replay);
        _batch = new ReplayBatch(shape, agent.Batch);
        _adaptive = options.Adaptive is { } adaptive ? new AdaptiveRatio(adaptive) : null;
        _random = new Xoshiro256(options.Seed);
        _noAction = new float[shape.Actions];
        _numbers = new float[shape.Pixels ? 0 : shape.Seen];
        _pictures = new byte[shape.Pixels ? shape.Seen : 0];
    }

    /// <summary>What acts and learns.</summary>
    public IControlAgent Agent => _agent;

    /// <summary>What has been seen.</summary>
    public StepReplay Replay => _replay;

    /// <summary>The rule that steers the replay ratio; null: it stays.</summary>
    public AdaptiveRatio? Adaptive => _adaptive;

    /// <summary>Agent steps so far, of all environments: observations that followed an action.</summary>
    public long Steps { get; private set; }

    /// <summary>Episodes that have ended so far, of all environments.</summary>
    public long Episodes { get; private set; }

    /// <summary>Updates that were refused so far, because a loss or a gradient was not finite.</summary>
    public long Refused { get; private set; }

    /// <summary>Returns to the last good parameters so far.</summary>
    public long Recoveries { get; private set; }

    /// <summary>Resets of the networks so far.</summary>
    public long Resets { get; private set; }

    /// <summary>Updates for each agent step, now.</summary>
    public double ReplayRatio => _adaptive?.Ratio ?? _options.ReplayRatio;

    /// <summary>How much chance is in actions, now.</summary>
    public double Exploration => _options.Exploration.At(Steps);

    /// <summary>The last update.</summary>
    public AgentUpdate LastUpdate { get; private set; }

    /// <summary>Fractions of active units at the last update.</summary>
    public double Fau { get; private set; } = double.NaN;

    /// <summary>How plastic the networks were when that was last examined; null: it was not since the start of the process.</summary>
    public PlasticityReport? Plasticity { get; private set; }

    /// <summary>An episode begins.</summary>
    /// <param name="observation">What is seen; numbers.</param>
    /// <returns>The number of the step.</returns>
    public long Begin(ReadOnlySpan<float> observation) => _replay.Append(observation, _noAction, 0, -1, StepEnd.None);

    /// <summary>An episode begins.</summary>
    /// <param name="picture">What is seen; a picture.</param>
    /// <returns>The number of the step.</returns>
    public long Begin(ReadOnlySpan<byte> picture) => _replay.Append(picture, _noAction, 0, -1, StepEnd.None);

    /// <summary>An episode goes on, or ends: learns.</summary>
    /// <param name="previous">The step before.</param>
    /// <param name="action">[actions]: what was done there, whoever chose it.</param>
    /// <param name="reward">What came of it, finite.</param>
    /// <param name="observation">What is seen now; numbers.</param>
    /// <param name="end">Whether the episode ends.</param>
    /// <returns>The number of the step.</returns>
    public long Continue(long previous, ReadOnlySpan<float> action, float reward, ReadOnlySpan<float> observation, StepEnd end)
    {
        var step = _replay.Append(observation, action, reward, previous, end);
        Learn(end);
        return step;
    }

    /// <inheritdoc cref="Continue(long, ReadOnlySpan{float}, float, ReadOnlySpan{float}, StepEnd)"/>
    /// <param name="picture">What is seen now; a picture.</param>
    public long Continue(long previous, ReadOnlySpan<float> action, float reward, ReadOnlySpan<byte> picture, StepEnd end)
    {
        var step = _replay.Append(picture, action, reward, previous, end);
        Learn(end);
        return step;
    }

    /// <summary>What to do after a step: by chance at the start, then by the policy with noise.</summary>
    /// <param name="step">The step, which is still in the buffer.</param>
    /// <param name="action">[actions], written.</param>
    public void Act(long step, Span<float> action)
    {
        if (Steps < _options.RandomSteps)
        {
            _agent.ActAtRandom(_random, action);
            return;
        }

        _agent.Act(Seen(step), Exploration, _random, action);
    }

    /// <summary>What the policy would do, without chance: draws nothing.</summary>
    /// <param name="seen">What is seen.</param>
    /// <param name="action">[actions], written.</param>
    public void ActGreedily(in SeenObservation seen, Span<float> action) => _agent.Act(seen, 0, _random, action);

    /// <summary>The same of a step that is in the buffer.</summary>
    public void ActGreedily(long step, Span<float> action) => _agent.Act(Seen(step), 0, _random, action);

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.Write(_agent.Kind);
        writer.Write(Steps);
        writer.Write(Episodes);
        writer.Write(Refused);
        writer.Write(Recoveries);
        writer.Write(Resets);
        writer.Write(_refusedInARow);
        writer.Write(Fau);
        _credit.Save(ref writer);
        _random.Save(ref writer);
        if (_adaptive is null)
        {
            writer.WriteNil();
        }
        else
        {
            _adaptive.Save(ref writer);
        }

        _replay.Save(ref writer);
        _agent.Save(ref writer);
        writer.Write(_injected);
    }

    /// <summary>Takes over what <see cref="Save"/> has written; to be called of a new learner.</summary>
    /// <param name="reader">Where it is.</param>
    /// <param name="segments">Gives the full segments of the replay buffer.</param>
    internal void Load(ref MessagePackReader reader, Func<long, ReadOnlyMemory<byte>> segments)
    {
        reader.ReadHeader(Name, Version, Fields);
        var kind = reader.ReadString();
        if (kind != _agent.Kind)
        {
            throw new StateFormatException($"Stored state is of the agent '{kind}'; expected '{_agent.Kind}'.");
        }

        (Steps, Episodes) = (reader.ReadInt64(), reader.ReadInt64());
        (Refused, Recoveries, Resets, _refusedInARow) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt32());
        StateFormat.Require(Steps >= 0 && Episodes >= 0 && Refused >= 0 && Recoveries >= 0 && Resets >= 0 && _refusedInARow >= 0, "a count is below 0");
        Fau = reader.ReadDouble();
        StateFormat.Require(double.IsNaN(Fau) || Fau is >= 0 and <= 1, "a fraction of active units is out of range");
        _credit.Load(ref reader);
        _random.Load(ref reader);
        if (reader.TryReadNil() != _adaptive is null)
        {
            throw new StateFormatException($"Stored state is {(_adaptive is null ? "with" : "without")} an adaptive replay ratio; the learner's settings have changed.");
        }

        _adaptive?.Load(ref reader);
        _replay.Load(ref reader, segments);
        _agent.Load(ref reader);
        _injected = reader.ReadBoolean();
    }

    /// <summary>Frees the buffer and the networks.</summary>
    public void Dispose()
    {
        _replay.Dispose();
        _agent.Dispose();
    }

    private SeenObservation Seen(long step)
    {
        if (_replay.Shape.Pixels)
        {
            _replay.CopyStack(step, _pictures);
            return new SeenObservation(_pictures);
        }

        _replay.CopyStack(step, MemoryMarshal.AsBytes(_numbers.AsSpan()));
        return new SeenObservation(_numbers);
    }

    /// <summary>An agent step has been taken: the updates that it earns, and what is due.</summary>
    private void Learn(StepEnd end)
    {
        Steps++;
        if (Steps > _options.LearnAfter)
        {
            for (var due = _credit.Earn(ReplayRatio); due > 0; due--)
            {
                Update();
            }
        }

        if (end != StepEnd.None)
        {
            Episodes++;
            if (_adaptive is not null && _options.Adaptive!.Unit == CheckUnit.Episodes)
            {
                _adaptive.Pass(Episodes, Steps);
            }
        }

        if (_adaptive is not null && _options.Adaptive!.Unit == CheckUnit.Steps)
        {
            _adaptive.Pass(Steps, Steps);
        }

        if (_options.Interventions.ResetEvery > 0 && Steps % _options.Interventions.ResetEvery == 0)
        {
            _agent.ResetNetworks();
            _adaptive?.Restart();
            Resets++;
        }

        if (!_injected && _options.Interventions.InjectAt > 0 && Steps >= _options.Interventions.InjectAt)
        {
            _agent.Inject();
            _adaptive?.Restart();
            _injected = true;
        }
    }

    private void Update()
    {
        if (!_replay.TrySample(_batch, _random))
        {
            return;
        }

        LastUpdate = _agent.Update(_batch, Exploration, _random);
        if (!LastUpdate.Applied)
        {
            Refused++;
            if (++_refusedInARow >= _options.MaxRefused)
            {
                _agent.ReturnToGood();
                _refusedInARow = 0;
                Recoveries++;
            }

            return;
        }

        _refusedInARow = 0;
        _replay.Reprioritize(_batch);
        Fau = LastUpdate.Critic.Fraction;
        _adaptive?.AddUpdate(Fau);
        if (_agent.Updates % KeepGoodEvery == 0)
        {
            _agent.KeepGood();
        }

        if (_options.ExamineEvery > 0 && _agent.Updates % _options.ExamineEvery == 0)
        {
            Plasticity = _agent.Examine();
        }
    }
}
