using static StreamLearn.Simulation.Networks.OptionRange;

namespace StreamLearn.Simulation.Control;

/// <summary>
/// A world with numbered actions, for agents that choose one of a few: a grid of levels evenly from -1 to 1 in each dimension. Action 0 is -1
/// everywhere; the last dimension counts fastest.
/// </summary>
public sealed class DiscreteActions
{
    /// <summary>The most actions that a grid may have: it grows as levels to the power of the dimensions.</summary>
    public const int MostActions = 1024;

    /// <summary>By action and dimension.</summary>
    private readonly float[] _grid;

    /// <param name="world">Is stepped through this.</param>
    /// <param name="levels">In each dimension, 2 or more.</param>
    /// <exception cref="ArgumentException">There are fewer levels, or more actions than <see cref="MostActions"/>.</exception>
    public DiscreteActions(IControlWorld world, int levels)
    {
        ArgumentNullException.ThrowIfNull(world);
        Require(levels >= 2, nameof(levels), "2 or more", levels);
        var count = Math.Pow(levels, world.ActionSize);
        Require(count <= MostActions, nameof(levels), $"at most {MostActions} actions of {world.ActionSize} dimensions of {world.Name}", count);
        World = world;
        Levels = levels;
        ActionCount = (int)count;
        _grid = new float[ActionCount * world.ActionSize];
        for (var place = 0; place < _grid.Length; place++)
        {
            var (action, dimension) = Math.DivRem(place, world.ActionSize);
            var level = action / (int)Math.Pow(levels, world.ActionSize - 1 - dimension) % levels;
            _grid[place] = 2f * level / (levels - 1) - 1;
        }
    }

    /// <summary>The world that is acted in; observe, render and reset it there.</summary>
    public IControlWorld World { get; }

    /// <summary>Levels of each dimension.</summary>
    public int Levels { get; }

    /// <summary>How many actions there are.</summary>
    public int ActionCount { get; }

    /// <summary>What an action is in the world, for worlds that are stepped elsewhere, such as <see cref="PixelObservations"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public ReadOnlySpan<float> ValuesOf(int action)
    {
        if ((uint)action >= (uint)ActionCount)
            throw new ArgumentOutOfRangeException(nameof(action), action, $"{World.Name}: expected an action from 0 to {ActionCount - 1}.");
        return _grid.AsSpan(action * World.ActionSize, World.ActionSize);
    }

    /// <summary>Acts.</summary>
    /// <param name="action">From 0 to below <see cref="ActionCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action.</exception>
    public ControlOutcome Step(int action) => World.Step(ValuesOf(action));
}
