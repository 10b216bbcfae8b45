using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Simulation.Control;

/// <summary>The worlds by name.</summary>
public static class ControlWorlds
{
    /// <summary>Names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [CartPoleSwingUp.WorldName, PendulumSwingUp.WorldName, Reacher.EasyName, Reacher.HardName, LinkRouting.WorldName];

    /// <summary>Makes a world; its first episode begins with <see cref="IControlWorld.Reset"/>.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">Everything that is drawn follows from it.</param>
    /// <param name="actionRepeat">Frames that an action is held for, 1 or more; 2 is what agents that see pixels usually have.</param>
    /// <param name="linkRouting">Options of "link-routing"; the other worlds do not look at them.</param>
    /// <exception cref="ArgumentException">
    /// There is none of this name, and the message lists the names; or the repeat or an option is out of its range.
    /// </exception>
    public static IControlWorld Create(string name, ulong seed, int actionRepeat = 1, LinkRoutingOptions? linkRouting = null) => name switch
    {
        CartPoleSwingUp.WorldName => new CartPoleSwingUp(seed, actionRepeat),
        PendulumSwingUp.WorldName => new PendulumSwingUp(seed, actionRepeat),
        Reacher.EasyName => new Reacher(isHard: false, seed, actionRepeat),
        Reacher.HardName => new Reacher(isHard: true, seed, actionRepeat),
        LinkRouting.WorldName => new LinkRouting(seed, actionRepeat, linkRouting),
        _ => throw new ArgumentException($"Expected one of the worlds {string.Join(", ", Names)}, found \"{name}\".", nameof(name)),
    };
}
