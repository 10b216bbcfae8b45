using System.Diagnostics.CodeAnalysis;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// A world that an agent acts in, step by step. The same seed and the same actions give the same bits on the same machine type. Nothing is
/// allocated after construction but by worlds that say so.
/// </summary>
/// <remarks>
/// Two clocks: a frame is one control step of the world (its physics, its reward); an agent step is one action, held for
/// <see cref="ActionRepeat"/> frames. Frames = agent steps x <see cref="ActionRepeat"/>. Curves in the literature count frames, replay ratios
/// count agent steps; everything here counts agent steps unless it says frames.
/// </remarks>
/// <example>
/// <code>
/// var world = ControlWorlds.Create("pendulum-swingup", seed: 1, actionRepeat: 2);
/// while (learning)
/// {
///     world.Reset();
///     ControlOutcome outcome;
///     do
///     {
///         world.Observe(observation);
///         outcome = world.Step(Act(observation));
///     }
///     while (!outcome.IsLast);
/// }
/// </code>
/// </example>
public interface IControlWorld
{
    /// <summary>Its name in <see cref="ControlWorlds"/>, such as "pendulum-swingup".</summary>
    string Name { get; }

    /// <summary>Numbers in an observation.</summary>
    int ObservationSize { get; }

    /// <summary>Numbers in an action, each from -1 to 1.</summary>
    int ActionSize { get; }

    /// <summary>The time limit: agent steps after which an episode is cut off.</summary>
    int EpisodeSteps { get; }

    /// <summary>Frames that an action is held for, 1 or more.</summary>
    int ActionRepeat { get; }

    /// <summary>Begins an episode, with a start drawn from the world's own generator; also in the middle of one.</summary>
    void Reset();

    /// <summary>Describes the present state.</summary>
    /// <param name="observation">Overwritten; <see cref="ObservationSize"/> numbers.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun.</exception>
    void Observe(Span<float> observation);

    /// <summary>Acts for <see cref="ActionRepeat"/> frames, or fewer where the episode ends before.</summary>
    /// <param name="action"><see cref="ActionSize"/> numbers; what is beyond -1 or 1 counts as -1 or 1.</param>
    /// <exception cref="ArgumentException">It has another length, or a number is NaN; the message says which. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun, or it is over.</exception>
    [SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The field's word; a keyword in Visual Basic only.")]
    ControlOutcome Step(ReadOnlySpan<float> action);

    /// <summary>
    /// Paints the present state, 84 x 84 RGB, planar: all of red row by row from the top, then green, then blue (channel, row, column).
    /// </summary>
    /// <param name="rgb">Overwritten; 3 x 84 x 84 = 21,168 bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    /// <exception cref="InvalidOperationException">No episode has begun.</exception>
    void Render(Span<byte> rgb);
}
