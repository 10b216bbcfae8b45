using System.Collections.Immutable;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// What lies where in a network's flat parameter vector: blocks one after the other, without gaps.
/// </summary>
/// <remarks>
/// Both backends hold their parameters in this order, so a vector of one can be given to the other as it is. <code>
/// ReadOnlySpan&lt;float&gt; weights = layout["head.weight"].In(network.Parameters);
/// </code>
/// </remarks>
public sealed class ParameterLayout
{
    private readonly Dictionary<string, ParameterBlock> _byName = [];

    /// <summary>Lays blocks one after the other.</summary>
    /// <param name="blocks">Name and shape of each; names differ, sizes are at least 1.</param>
    public ParameterLayout(params IEnumerable<(string Name, int[] Shape)> blocks)
    {
        var laid = ImmutableArray.CreateBuilder<ParameterBlock>();
        var offset = 0;
        foreach (var (name, shape) in blocks)
        {
            if (shape.Length is not (1 or 2) || shape.Any(size => size < 1))
            {
                throw new ArgumentException($"Block '{name}' has the shape [{string.Join(", ", shape)}]; expected one or two sizes of at least 1.");
            }

            var block = new ParameterBlock(name, offset, [.. shape]);
            if (!_byName.TryAdd(name, block))
            {
                throw new ArgumentException($"Two blocks are named '{name}'.");
            }

            laid.Add(block);
            offset = checked(offset + block.Length);
        }

        Blocks = laid.ToImmutable();
        Count = offset;
    }

    /// <summary>The blocks in the order of the vector.</summary>
    public ImmutableArray<ParameterBlock> Blocks { get; }

    /// <summary>Length of the flat vector.</summary>
    public int Count { get; }

    /// <summary>The block of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that there are.</exception>
    public ParameterBlock this[string name] => _byName.TryGetValue(name, out var block)
        ? block
        : throw new ArgumentException($"There is no block '{name}'; expected one of {string.Join(", ", Blocks.Select(known => known.Name))}.");

    /// <summary>Whether there is a block of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);
}
