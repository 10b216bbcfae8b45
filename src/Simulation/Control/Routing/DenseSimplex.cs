namespace StreamLearn.Simulation.Control.Routing;

/// <summary>
/// Small linear programs: maximise c x with A x ≤ b, x ≥ 0, where b ≥ 0, so that x = 0 is a vertex. A tableau, and Bland's rule, which never
/// goes in circles. Allocates nothing after construction.
/// </summary>
/// <remarks>Bland, "New finite pivoting rules for the simplex method", Mathematics of Operations Research 2(2), 1977.</remarks>
internal sealed class DenseSimplex
{
    /// <summary>What is nearer to 0 is taken for a rounding error; coefficients are about 1.</summary>
    private const double Tolerance = 1e-11;

    private readonly int _rows;
    private readonly int _variables;

    /// <summary>Variables, slacks, and the right side.</summary>
    private readonly int _width;

    /// <summary>Row by row.</summary>
    private readonly double[] _tableau;

    /// <summary>-c, then reduced costs; its right side is the value.</summary>
    private readonly double[] _costs;
    private readonly double[] _objective;

    /// <summary>The variable that each row stands for.</summary>
    private readonly int[] _basis;

    public DenseSimplex(int rows, int variables)
    {
        _rows = rows;
        _variables = variables;
        _width = variables + rows + 1;
        _tableau = new double[rows * _width];
        _costs = new double[_width];
        _objective = new double[variables];
        _basis = new int[rows];
        Clear();
    }

    /// <summary>c.</summary>
    public Span<double> Objective => _objective;

    /// <summary>c x at the solution.</summary>
    public double Value => _costs[^1];

    /// <summary>A row of A first, its b last; leave what is in between as it is.</summary>
    public Span<double> Row(int row) => _tableau.AsSpan(row * _width, _width);

    /// <summary>A = b = c = 0.</summary>
    public void Clear()
    {
        Array.Clear(_tableau);
        Array.Clear(_objective);
        for (var row = 0; row < _rows; row++)
        {
            Row(row)[_variables + row] = 1;
            _basis[row] = _variables + row;
        }
    }

    /// <exception cref="InvalidOperationException">The objective has no bound, or rounding errors keep it from ending.</exception>
    public void Maximise()
    {
        const int MostPivotsPerColumn = 1000;
        Array.Clear(_costs);
        for (var variable = 0; variable < _variables; variable++)
            _costs[variable] = -_objective[variable];
        for (var pivots = 0; Entering() is var entering and >= 0; pivots++)
        {
            if (pivots == MostPivotsPerColumn * _width)
                throw new InvalidOperationException($"Expected an end after fewer than {pivots} pivots of {_rows} x {_width}, found none.");
            Pivot(Leaving(entering), entering);
        }
    }

    /// <summary>The variables at the solution, as many as there is room for.</summary>
    public void ReadSolution(Span<double> values)
    {
        values.Clear();
        for (var row = 0; row < _rows; row++)
        {
            if (_basis[row] < values.Length)
                values[_basis[row]] = Row(row)[^1];
        }
    }

    /// <summary>The first variable that raises the objective, or -1.</summary>
    private int Entering()
    {
        for (var variable = 0; variable < _width - 1; variable++)
        {
            if (_costs[variable] < -Tolerance)
                return variable;
        }

        return -1;
    }

    /// <summary>The row that limits it most; of several the one with the first variable.</summary>
    private int Leaving(int entering)
    {
        var (leaving, least) = (-1, double.PositiveInfinity);
        for (var row = 0; row < _rows; row++)
        {
            var coefficient = _tableau[row * _width + entering];
            if (coefficient <= Tolerance)
                continue;
            var ratio = _tableau[(row + 1) * _width - 1] / coefficient;
            if (ratio < least || (ratio == least && _basis[row] < _basis[leaving]))
                (leaving, least) = (row, ratio);
        }

        return leaving >= 0 ? leaving : throw new InvalidOperationException("The objective has no bound.");
    }

    private void Pivot(int leaving, int entering)
    {
        var pivotRow = Row(leaving);
        var inverse = 1 / pivotRow[entering];
        foreach (ref var number in pivotRow)
            number *= inverse;
        pivotRow[entering] = 1;
        for (var row = 0; row < _rows; row++)
        {
            if (row != leaving)
                Subtract(Row(row), pivotRow, entering);
        }

        Subtract(_costs, pivotRow, entering);
        _basis[leaving] = entering;
    }

    private static void Subtract(Span<double> row, ReadOnlySpan<double> pivotRow, int entering)
    {
        var factor = row[entering];
        if (factor == 0)
            return;
        for (var place = 0; place < row.Length; place++)
            row[place] -= factor * pivotRow[place];
        row[entering] = 0;
    }
}
