using System.Runtime.InteropServices;
using MessagePack;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Liquid;

/// <summary>
/// Which neuron has a synapse to which, and with what sign. Immutable, and a function of its kind, sizes, sparsity and seed.
/// </summary>
/// <remarks>
/// Neurons are numbered motor, command, inter; a wiring without layers has motor neurons and others. The motor neurons are what the readout
/// sees. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature Machine Intelligence 2020; the layer sizes and the
/// order of drawing are those of the ncps package (AutoNCP). The generator is our own, so its seeds give other wirings than there. <code>
/// var wiring = NcpWiring.AutoNcp(inputs: 2, units: 32, motors: 1, sparsity: 0.5, seed: 1);
/// </code>
/// </remarks>
public sealed class NcpWiring
{
    private const string StateName = "liquid wiring";
    private const int StateVersion = 1;
    private const int StateFields = 6;

    private readonly sbyte[] _adjacency;
    private readonly sbyte[] _sensory;

    internal NcpWiring(string description, int inputs, int motors, int command, sbyte[] sensory, sbyte[] adjacency)
    {
        Inputs = inputs;
        Units = sensory.Length / inputs;
        Motors = motors;
        Command = command;
        Description = description;
        _sensory = sensory;
        _adjacency = adjacency;
    }

    /// <summary>Inputs (sensory neurons).</summary>
    public int Inputs { get; }

    /// <summary>Neurons.</summary>
    public int Units { get; }

    /// <summary>Motor neurons: numbers 0 to <see cref="Motors"/> - 1.</summary>
    public int Motors { get; }

    /// <summary>Command neurons, which follow the motor neurons; 0: a wiring without layers.</summary>
    public int Command { get; }

    /// <summary>Inter neurons, which follow the command neurons; 0: a wiring without layers.</summary>
    public int Inter => HasLayers ? Units - Motors - Command : 0;

    /// <summary>Whether the neurons are in layers: inter, command, motor.</summary>
    public bool HasLayers => Command > 0;

    /// <summary>How it was made, e.g. <c>ncp sparsity 0.5 seed 1</c>.</summary>
    public string Description { get; }

    /// <summary>Synapses from neurons [<see cref="Units"/> source, <see cref="Units"/> destination], row-major: -1, 0 (none) or 1.</summary>
    public ReadOnlySpan<sbyte> Adjacency => _adjacency;

    /// <summary>Synapses from inputs [<see cref="Inputs"/>, <see cref="Units"/>], row-major: -1, 0 (none) or 1.</summary>
    public ReadOnlySpan<sbyte> SensoryAdjacency => _sensory;

    /// <summary>Sizes, how it was made, and a hash of every synapse: two wirings with the same text are the same.</summary>
    public string Signature => FormattableString.Invariant(
        $"{Inputs}-{Units}-{Motors} ({Description}, synapses {Hash():x16})");

    /// <summary>Inter neurons see the inputs, command neurons the inter neurons and each other, motor neurons the command neurons.</summary>
    /// <param name="inputs">Inputs.</param>
    /// <param name="units">Neurons.</param>
    /// <param name="motors">Motor neurons, fewer than <paramref name="units"/> - 2.</param>
    /// <param name="sparsity">Share of the synapses between two layers that there are not, from 0.1 to 1 (1: one synapse for each neuron).</param>
    /// <param name="seed">Of the drawing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static NcpWiring AutoNcp(int inputs, int units, int motors, double sparsity = 0.5, ulong seed = 1)
    {
        Require(inputs >= 1, nameof(inputs), inputs, "at least 1");
        Require(motors >= 1 && motors < units - 2, nameof(motors), motors, $"from 1 to {units - 3}, fewer than units - 2");
        Require(sparsity is >= 0.1 and <= 1, nameof(sparsity), sparsity, "from 0.1 to 1");
        var density = 1 - sparsity;
        var command = Math.Max((int)(0.4 * (units - motors)), 1);
        var inter = units - motors - command;
        var draw = new WiringDraw(inputs, units, new Xoshiro256(seed));
        var (firstCommand, firstInter) = (motors, motors + command);

        // 1. Inputs to inter neurons.
        var fanOut = Math.Max((int)(inter * density), 1);
        draw.FanOut(draw.Sensory, 0, inputs, firstInter, inter, fanOut);
        draw.AdoptTargets(draw.Sensory, 0, inputs, firstInter, inter, fanOut);

        // 2. Inter to command neurons.
        fanOut = Math.Max((int)(command * density), 1);
        draw.FanOut(draw.Adjacency, firstInter, inter, firstCommand, command, fanOut);
        draw.AdoptTargets(draw.Adjacency, firstInter, inter, firstCommand, command, fanOut);

        // 3. Among command neurons, with replacement: pairs may coincide, and a neuron may see itself.
        var recurrent = Math.Max((int)(2 * command * density), 1);
        draw.AnyPairs(firstCommand, command, recurrent);

        // 4. Command to motor neurons.
        var fanIn = Math.Max((int)(command * density), 1);
        draw.FanIn(firstCommand, command, 0, motors, fanIn);
        draw.AdoptSources(firstCommand, command, 0, motors, fanIn);
        return new NcpWiring(
            FormattableString.Invariant($"ncp sparsity {sparsity} seed {seed}"), inputs, motors, command, draw.Sensory, draw.Adjacency);
    }

    /// <summary>All pairs, a neuron and itself included; two of three synapses excite.</summary>
    /// <inheritdoc cref="AutoNcp"/>
    /// <param name="motors">Motor neurons, at most <paramref name="units"/>.</param>
    public static NcpWiring FullyConnected(int inputs, int units, int motors, ulong seed = 1)
    {
        RequireSizes(inputs, units, motors);
        var draw = new WiringDraw(inputs, units, new Xoshiro256(seed));
        draw.All(draw.Sensory);
        draw.All(draw.Adjacency);
        return new NcpWiring(FormattableString.Invariant($"full seed {seed}"), inputs, motors, 0, draw.Sensory, draw.Adjacency);
    }

    /// <summary>Pairs at random, units² (1 - sparsity) of them, and inputs · units · (1 - sparsity) from the inputs; two of three synapses excite.</summary>
    /// <inheritdoc cref="FullyConnected"/>
    /// <param name="sparsity">Share of all synapses that there are not, from 0 to below 1.</param>
    public static NcpWiring Random(int inputs, int units, int motors, double sparsity = 0.5, ulong seed = 1)
    {
        RequireSizes(inputs, units, motors);
        Require(sparsity is >= 0 and < 1, nameof(sparsity), sparsity, "at least 0 and below 1");
        var draw = new WiringDraw(inputs, units, new Xoshiro256(seed));
        draw.Some(draw.Sensory, (int)Math.Round(draw.Sensory.Length * (1 - sparsity)));
        draw.Some(draw.Adjacency, (int)Math.Round(draw.Adjacency.Length * (1 - sparsity)));
        return new NcpWiring(
            FormattableString.Invariant($"random sparsity {sparsity} seed {seed}"), inputs, motors, 0, draw.Sensory, draw.Adjacency);
    }

    /// <summary>Takes given synapses, without layers.</summary>
    /// <param name="inputs">Inputs.</param>
    /// <param name="motors">Motor neurons.</param>
    /// <param name="sensory">[inputs, units]: -1, 0 or 1.</param>
    /// <param name="adjacency">[units, units]: -1, 0 or 1.</param>
    /// <exception cref="ArgumentException">Lengths or values make no wiring.</exception>
    public static NcpWiring Of(int inputs, int motors, ReadOnlySpan<sbyte> sensory, ReadOnlySpan<sbyte> adjacency)
    {
        var problem = Problem(inputs, motors, 0, sensory, adjacency);
        return problem is null
            ? new NcpWiring("given", inputs, motors, 0, sensory.ToArray(), adjacency.ToArray())
            : throw new ArgumentException($"This is no wiring: {problem}.");
    }

    /// <summary>Writes the whole wiring, every synapse of it, versioned.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(StateName, StateVersion, StateFields);
        writer.Write(Description);
        writer.Write(Inputs);
        writer.Write(Motors);
        writer.Write(Command);
        writer.Write(MemoryMarshal.AsBytes(SensoryAdjacency));
        writer.Write(MemoryMarshal.AsBytes(Adjacency));
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">It is something else, of another version, or damaged.</exception>
    public static NcpWiring Load(ref MessagePackReader reader)
    {
        try
        {
            reader.ReadHeader(StateName, StateVersion, StateFields);
            var description = reader.ReadString() ?? "";
            var (inputs, motors, command) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            var (sensory, adjacency) = (Signs(ref reader), Signs(ref reader));
            var problem = Problem(inputs, motors, command, sensory, adjacency);
            return problem is null
                ? new NcpWiring(description, inputs, motors, command, sensory, adjacency)
                : throw new StateFormatException($"Stored state is damaged: {problem}.");
        }
        catch (Exception exception) when (StateFormat.IsDamage(exception))
        {
            throw new StateFormatException($"Stored state is damaged: {exception.Message}");
        }
    }

    /// <inheritdoc cref="Signature"/>
    public override string ToString() => Signature;

    private static sbyte[] Signs(ref MessagePackReader reader)
    {
        var bytes = reader.ReadBytes();
        var signs = new sbyte[bytes?.Length ?? 0];
        if (bytes is { } sequence)
        {
            var position = 0;
            foreach (var segment in sequence)
            {
                foreach (var value in segment.Span)
                {
                    signs[position++] = (sbyte)value;
                }
            }
        }

        return signs;
    }

    private static string? Problem(int inputs, int motors, int command, ReadOnlySpan<sbyte> sensory, ReadOnlySpan<sbyte> adjacency)
    {
        if (inputs < 1 || sensory.Length < inputs || sensory.Length % inputs != 0)
        {
            return $"{sensory.Length} synapses from {inputs} inputs";
        }

        var units = sensory.Length / inputs;
        if (adjacency.Length != (long)units * units)
        {
            return $"{adjacency.Length} synapses among {units} neurons";
        }

        if (motors < 1 || motors > units || command < 0 || (command > 0 && (long)motors + command >= units))
        {
            return $"{motors} motor and {command} command neurons of {units}";
        }

        return sensory.ContainsAnyExceptInRange((sbyte)-1, (sbyte)1) || adjacency.ContainsAnyExceptInRange((sbyte)-1, (sbyte)1)
            ? "a synapse is neither -1 nor 0 nor 1"
            : null;
    }

    private static void RequireSizes(int inputs, int units, int motors)
    {
        Require(inputs >= 1, nameof(inputs), inputs, "at least 1");
        Require(units >= 1, nameof(units), units, "at least 1");
        Require(motors >= 1 && motors <= units, nameof(motors), motors, $"from 1 to {units}");
    }

    private static void Require(bool holds, string name, object value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, value, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {value}; expected {expected}."));
        }
    }

    /// <summary>FNV-1a over layers and synapses (Fowler, Noll, Vo).</summary>
    private ulong Hash()
    {
        var hash = 14695981039346656037UL;
        void Add(int value) => hash = (hash ^ (byte)value) * 1099511628211UL;
        for (var shift = 0; shift < 32; shift += 8)
        {
            Add(Command >> shift);
        }

        foreach (var sign in _sensory)
        {
            Add(sign);
        }

        foreach (var sign in _adjacency)
        {
            Add(sign);
        }

        return hash;
    }
}
