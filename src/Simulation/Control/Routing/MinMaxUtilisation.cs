namespace StreamLearn.Simulation.Control.Routing;

/// <summary>The shares of demands over their paths that make the highest utilisation of a link as low as possible.</summary>
/// <remarks>
/// Starts with every demand on its first path that is up, which gives the utilisations u_l, U the highest. Variables: the shares x of all
/// other paths that are up, and z, by how much the highest falls. Maximise z with Σ x ≤ 1 for each demand, and
/// z + Σ_x (what x takes to link l - what it takes off it) x ≤ U - u_l for each link. All right sides are 0 or more, so x = z = 0 is a
/// vertex to start at.
/// </remarks>
internal sealed class MinMaxUtilisation
{
    private readonly int[][] _links;
    private readonly int _pathsPerDemand;
    private readonly double[] _capacities;
    private readonly DenseSimplex _program;

    /// <summary>Utilisation by link with every demand on its first path that is up.</summary>
    private readonly double[] _utilisations;

    /// <summary>The first path of each demand that is up, or -1.</summary>
    private readonly int[] _first;

    /// <param name="links">By demand and path, the links of the path.</param>
    /// <param name="pathsPerDemand">Paths of each demand.</param>
    /// <param name="capacities">By link; the unit of the rates.</param>
    public MinMaxUtilisation(int[][] links, int pathsPerDemand, double[] capacities)
    {
        _links = links;
        _pathsPerDemand = pathsPerDemand;
        _capacities = capacities;
        _utilisations = new double[capacities.Length];
        _first = new int[links.Length / pathsPerDemand];
        // A column a path, those of first paths and of paths that are down stay empty, and one for z.
        _program = new DenseSimplex(_first.Length + capacities.Length, links.Length + 1);
    }

    /// <param name="rates">By demand.</param>
    /// <param name="background">By link, what is there in any case.</param>
    /// <param name="isUp">By demand and path.</param>
    /// <param name="shares">Overwritten by demand and path: they sum to 1, or are all 0 if no path is up.</param>
    /// <returns>The highest utilisation of a link.</returns>
    public double Solve(ReadOnlySpan<double> rates, ReadOnlySpan<double> background, ReadOnlySpan<bool> isUp, Span<double> shares)
    {
        var highest = Begin(rates, background, isUp);
        _program.Clear();
        var z = _links.Length;
        _program.Objective[z] = 1;
        for (var link = 0; link < _capacities.Length; link++)
        {
            var row = _program.Row(_first.Length + link);
            row[z] = 1;
            row[^1] = highest - _utilisations[link];
        }

        for (var path = 0; path < _links.Length; path++)
        {
            var demand = path / _pathsPerDemand;
            if (!isUp[path] || path == _first[demand])
                continue;
            _program.Row(demand)[path] = 1;
            AddMove(path, _links[path], rates[demand]);
            AddMove(path, _links[_first[demand]], -rates[demand]);
        }

        for (var demand = 0; demand < _first.Length; demand++)
            _program.Row(demand)[^1] = 1;

        _program.Maximise();
        _program.ReadSolution(shares[.._links.Length]);
        for (var demand = 0; demand < _first.Length; demand++)
            Complete(shares.Slice(demand * _pathsPerDemand, _pathsPerDemand), _first[demand] - demand * _pathsPerDemand);
        return highest - _program.Value;
    }

    private double Begin(ReadOnlySpan<double> rates, ReadOnlySpan<double> background, ReadOnlySpan<bool> isUp)
    {
        background.CopyTo(_utilisations);
        for (var demand = 0; demand < _first.Length; demand++)
        {
            var place = isUp.Slice(demand * _pathsPerDemand, _pathsPerDemand).IndexOf(true);
            _first[demand] = place < 0 ? -1 : demand * _pathsPerDemand + place;
            if (place < 0)
                continue;
            foreach (var link in _links[_first[demand]])
                _utilisations[link] += rates[demand];
        }

        var highest = 0.0;
        for (var link = 0; link < _utilisations.Length; link++)
        {
            _utilisations[link] /= _capacities[link];
            highest = Math.Max(highest, _utilisations[link]);
        }

        return highest;
    }

    private void AddMove(int path, int[] links, double rate)
    {
        foreach (var link in links)
            _program.Row(_first.Length + link)[path] += rate / _capacities[link];
    }

    /// <summary>What is left is the first path's. Rounding may leave a share a hair outside 0 to 1.</summary>
    private static void Complete(Span<double> shares, int first)
    {
        if (first < 0)
            return;
        shares[first] = 0;
        var sum = 0.0;
        foreach (ref var share in shares)
        {
            share = Math.Clamp(share, 0, 1 - sum);
            sum += share;
        }

        shares[first] = 1 - sum;
    }
}
