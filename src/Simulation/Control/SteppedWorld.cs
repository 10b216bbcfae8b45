using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Control.Pictures;
using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Control;

/// <summary>What all worlds have in common: checks, the repeat of actions, the time limit. None of them ends before it.</summary>
public abstract class SteppedWorld : IControlWorld
{
    private readonly int _episodeFrames;

    /// <summary>The action that is held, each number from -1 to 1.</summary>
    private readonly double[] _action;

    /// <summary>Frames of the episode so far; -1 if none has begun.</summary>
    private int _frame = -1;

    private protected SteppedWorld(string name, int observationSize, int actionSize, int episodeFrames, int actionRepeat, ulong seed)
    {
        Require(episodeFrames >= 1, nameof(episodeFrames), "1 or more", episodeFrames);
        Require(
            actionRepeat >= 1 && actionRepeat <= episodeFrames, nameof(actionRepeat), $"from 1 to {episodeFrames}, the frames of an episode",
            actionRepeat);
        Name = name;
        ObservationSize = observationSize;
        ActionSize = actionSize;
        ActionRepeat = actionRepeat;
        EpisodeSteps = (episodeFrames + actionRepeat - 1) / actionRepeat;
        _episodeFrames = episodeFrames;
        _action = new double[actionSize];
        Random = new Xoshiro256(seed);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int ObservationSize { get; }

    /// <inheritdoc/>
    public int ActionSize { get; }

    /// <inheritdoc/>
    public int EpisodeSteps { get; }

    /// <inheritdoc/>
    public int ActionRepeat { get; }

    /// <summary>Where starts are drawn from.</summary>
    private protected Xoshiro256 Random { get; }

    /// <inheritdoc/>
    public void Reset()
    {
        DrawStart();
        _frame = 0;
    }

    /// <inheritdoc/>
    public void Observe(Span<float> observation)
    {
        RequireEpisode();
        if (observation.Length != ObservationSize)
            throw new ArgumentException($"{Name}: expected room for {ObservationSize} numbers, found {observation.Length}.", nameof(observation));
        Describe(observation);
    }

    /// <inheritdoc/>
    public ControlOutcome Step(ReadOnlySpan<float> action)
    {
        RequireEpisode();
        Take(action);
        Interpret(_action);
        return Hold(_action);
    }

    /// <inheritdoc/>
    public void Render(Span<byte> rgb)
    {
        RequireEpisode();
        Paint(new Canvas(rgb));
    }

    /// <summary>Begins an episode.</summary>
    private protected abstract void DrawStart();

    /// <summary>Turns an action, each number from -1 to 1, into what <see cref="Advance"/> takes; by default the same.</summary>
    private protected virtual void Interpret(Span<double> action)
    {
    }

    /// <summary>Goes on by a frame.</summary>
    /// <param name="action">As <see cref="Interpret"/> left it.</param>
    /// <returns>The reward of the state that it leads to.</returns>
    private protected abstract double Advance(ReadOnlySpan<double> action);

    /// <summary>Writes the observation.</summary>
    private protected abstract void Describe(Span<float> observation);

    /// <summary>Paints the state.</summary>
    private protected abstract void Paint(Canvas canvas);

    /// <summary>Goes on by the frames of an agent step.</summary>
    private protected ControlOutcome Hold(ReadOnlySpan<double> action)
    {
        RequireEpisode();
        if (_frame == _episodeFrames)
            throw new InvalidOperationException($"{Name}: the episode is over after {EpisodeSteps} steps; reset the world first.");
        var reward = 0.0;
        for (var repeat = 0; repeat < ActionRepeat && _frame < _episodeFrames; repeat++, _frame++)
            reward += Advance(action);
        return new ControlOutcome(reward, Terminated: false, TimedOut: _frame == _episodeFrames);
    }

    private protected void RequireEpisode()
    {
        if (_frame < 0)
            throw new InvalidOperationException($"{Name}: no episode has begun; reset the world first.");
    }

    private void Take(ReadOnlySpan<float> action)
    {
        if (action.Length != ActionSize)
            throw new ArgumentException($"{Name}: expected an action of {ActionSize} numbers, found {action.Length}.", nameof(action));
        for (var place = 0; place < action.Length; place++)
        {
            if (float.IsNaN(action[place]))
                throw new ArgumentException($"{Name}: action[{place}]: expected a number from -1 to 1, found NaN.", nameof(action));
        }

        for (var place = 0; place < action.Length; place++)
            _action[place] = Math.Clamp(action[place], -1, 1);
    }
}
