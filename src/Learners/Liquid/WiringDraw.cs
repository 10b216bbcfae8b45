using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Liquid;

/// <summary>Draws the synapses of a wiring. Ranges are a first neuron and how many; every synapse gets its sign when it is drawn.</summary>
internal sealed class WiringDraw(int inputs, int units, Xoshiro256 random)
{
    /// <summary>[inputs, units].</summary>
    internal sbyte[] Sensory { get; } = new sbyte[checked(inputs * units)];

    /// <summary>[units, units].</summary>
    internal sbyte[] Adjacency { get; } = new sbyte[checked(units * units)];

    /// <summary>Each source gets <paramref name="fanOut"/> different targets.</summary>
    internal void FanOut(sbyte[] synapses, int source, int sources, int target, int targets, int fanOut)
    {
        for (var i = source; i < source + sources; i++)
        {
            foreach (var j in Sample(targets, fanOut))
            {
                Connect(synapses, i, target + j);
            }
        }
    }

    /// <summary>Each target gets <paramref name="fanIn"/> different sources.</summary>
    internal void FanIn(int source, int sources, int target, int targets, int fanIn)
    {
        for (var j = target; j < target + targets; j++)
        {
            foreach (var i in Sample(sources, fanIn))
            {
                Connect(Adjacency, source + i, j);
            }
        }
    }

    /// <summary>Each target without a source gets as many as the others have on average.</summary>
    internal void AdoptTargets(sbyte[] synapses, int source, int sources, int target, int targets, int fanOut)
    {
        var mean = Math.Clamp(sources * fanOut / targets, 1, sources);
        for (var j = target; j < target + targets; j++)
        {
            var column = j;
            if (Enumerable.Range(source, sources).All(i => synapses[(i * units) + column] == 0))
            {
                foreach (var i in Sample(sources, mean))
                {
                    Connect(synapses, source + i, j);
                }
            }
        }
    }

    /// <summary>Each source without a target gets as many as the others have on average.</summary>
    internal void AdoptSources(int source, int sources, int target, int targets, int fanIn)
    {
        var mean = Math.Clamp(targets * fanIn / sources, 1, targets);
        for (var i = source; i < source + sources; i++)
        {
            if (Adjacency.AsSpan((i * units) + target, targets).IndexOfAnyExcept((sbyte)0) < 0)
            {
                foreach (var j in Sample(targets, mean))
                {
                    Connect(Adjacency, i, target + j);
                }
            }
        }
    }

    /// <summary>Pairs within a range, with replacement.</summary>
    internal void AnyPairs(int first, int count, int pairs)
    {
        for (var pair = 0; pair < pairs; pair++)
        {
            var source = first + Below(count);
            Connect(Adjacency, source, first + Below(count));
        }
    }

    /// <summary>All pairs; two of three signs are positive.</summary>
    internal void All(sbyte[] synapses)
    {
        foreach (ref var sign in synapses.AsSpan())
        {
            sign = MostlyPositive();
        }
    }

    /// <summary>That many different pairs; two of three signs are positive.</summary>
    internal void Some(sbyte[] synapses, int count)
    {
        foreach (var place in Sample(synapses.Length, count))
        {
            synapses[place] = MostlyPositive();
        }
    }

    private void Connect(sbyte[] synapses, int source, int target) => synapses[(source * units) + target] = (sbyte)random.NextSign();

    private sbyte MostlyPositive() => (sbyte)(Below(3) == 0 ? -1 : 1);

    /// <summary>Different numbers below a bound: the first steps of a Fisher-Yates shuffle.</summary>
    private int[] Sample(int bound, int count)
    {
        var numbers = Enumerable.Range(0, bound).ToArray();
        for (var i = 0; i < count; i++)
        {
            var other = i + Below(bound - i);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        return numbers[..count];
    }

    private int Below(int bound) => (int)(random.NextDouble() * bound);
}
