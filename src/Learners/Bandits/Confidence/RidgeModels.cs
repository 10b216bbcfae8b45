using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Bandits.Confidence;

/// <summary>
/// Ridge regressions, one for each block: w = A⁻¹ Σ x y with A = λ I + Σ x xᵀ, and xᵀ A⁻¹ x, the uncertainty of w · x. A is kept as its
/// triangular root, A = Rᵀ R, which a round changes by rotations: it stays symmetric and positive whatever comes, which an inverse that is
/// updated does not.
/// </summary>
/// <remarks>Golub and Van Loan, "Matrix Computations", section 6.5.4: a rank-one change of a Cholesky factor by Givens rotations.</remarks>
internal sealed class RidgeModels
{
    /// <summary>The most numbers that all roots together may have.</summary>
    internal const long MostNumbers = 1 << 25;

    private const string Name = "ridge";
    private const int Version = 1;
    private const int Fields = 2;

    /// <summary>No number gets larger: inputs are at most 1e15, and there are fewer than 1e18 rounds.</summary>
    private const double Largest = 1e40;

    private readonly int _blocks;
    private readonly int _inputs;
    private readonly double _ridge;

    // State: [blocks][inputs, inputs], of which what is on and above the diagonal counts; [blocks][inputs].
    private readonly double[] _roots;
    private readonly double[] _sums;

    // Follows from it: w, [blocks][inputs].
    private readonly double[] _weights;

    // Workspace.
    private readonly double[] _row;
    private readonly double[] _solution;

    /// <param name="blocks">How many.</param>
    /// <param name="inputs">Of each.</param>
    /// <param name="ridge">λ.</param>
    internal RidgeModels(int blocks, int inputs, double ridge)
    {
        _blocks = blocks;
        _inputs = inputs;
        _ridge = ridge;
        _roots = new double[blocks * inputs * inputs];
        _sums = new double[blocks * inputs];
        _weights = new double[blocks * inputs];
        _row = new double[inputs];
        _solution = new double[inputs];
        for (var block = 0; block < blocks; block++)
        {
            for (var i = 0; i < inputs; i++)
            {
                Root(block)[(i * inputs) + i] = Math.Sqrt(ridge);
            }
        }
    }

    /// <summary>w · x.</summary>
    internal double Predict(int block, ReadOnlySpan<float> x)
    {
        var weights = _weights.AsSpan(block * _inputs, _inputs);
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * x[i];
        }

        return Math.Clamp(sum, -Largest, Largest);
    }

    /// <summary>xᵀ A⁻¹ x, from 0 to |x|²/λ.</summary>
    internal double Uncertainty(int block, ReadOnlySpan<float> x)
    {
        var most = Take(x) / _ridge;
        SolveTransposed(Root(block), _row);
        var sum = 0.0;
        foreach (var part in _row)
        {
            sum += part * part;
        }

        // Rounding can be all that there is where inputs are 1e15.
        return sum <= most ? sum : most;
    }

    /// <summary>Learns y at x; false: w could not be solved for, and is as it was.</summary>
    internal bool Learn(int block, ReadOnlySpan<float> x, double y)
    {
        Take(x);
        var sums = _sums.AsSpan(block * _inputs, _inputs);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += x[i] * y;
        }

        Rotate(Root(block), _row);
        return Solve(block);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Name, Version, Fields);
        writer.WriteDoubles(_roots);
        writer.WriteDoubles(_sums);
    }

    internal void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Name, Version, Fields);
        reader.ReadDoubles(_roots);
        reader.ReadDoubles(_sums);
        StateFormat.Require(
            !_roots.AsSpan().ContainsAnyExceptInRange(-Largest, Largest) && !_sums.AsSpan().ContainsAnyExceptInRange(-Largest, Largest),
            "a number is larger than any gets");
        for (var block = 0; block < _blocks; block++)
        {
            for (var i = 0; i < _inputs; i++)
            {
                StateFormat.Require(Root(block)[(i * _inputs) + i] >= Math.Sqrt(_ridge) * (1 - 1e-6), "a root's diagonal is smaller than it was at the start");
            }

            _weights.AsSpan(block * _inputs, _inputs).Clear();
            Solve(block);
        }
    }

    private Span<double> Root(int block) => _roots.AsSpan(block * _inputs * _inputs, _inputs * _inputs);

    /// <summary>Copies x to where it is worked on; |x|².</summary>
    private double Take(ReadOnlySpan<float> x)
    {
        var sum = 0.0;
        for (var i = 0; i < _row.Length; i++)
        {
            _row[i] = x[i];
            sum += _row[i] * _row[i];
        }

        return sum;
    }

    /// <summary>R becomes the root of Rᵀ R + x xᵀ; x is used up.</summary>
    private static void Rotate(Span<double> root, Span<double> x)
    {
        for (var k = 0; k < x.Length; k++)
        {
            if (x[k] == 0)
            {
                continue;
            }

            var row = root.Slice(k * x.Length, x.Length);
            var length = Math.Sqrt((row[k] * row[k]) + (x[k] * x[k]));
            var (cosine, sine) = (row[k] / length, x[k] / length);
            row[k] = length;
            for (var j = k + 1; j < x.Length; j++)
            {
                var (r, v) = (row[j], x[j]);
                row[j] = (cosine * r) + (sine * v);
                x[j] = (cosine * v) - (sine * r);
            }
        }
    }

    /// <summary>Rᵀ z = v, z in the place of v.</summary>
    private static void SolveTransposed(ReadOnlySpan<double> root, Span<double> v)
    {
        for (var k = 0; k < v.Length; k++)
        {
            var row = root.Slice(k * v.Length, v.Length);
            var z = v[k] / row[k];
            v[k] = z;
            if (z == 0)
            {
                continue;
            }

            for (var j = k + 1; j < v.Length; j++)
            {
                v[j] -= row[j] * z;
            }
        }
    }

    /// <summary>w from R and Σ x y.</summary>
    private bool Solve(int block)
    {
        var root = Root(block);
        var solution = _solution.AsSpan();
        _sums.AsSpan(block * _inputs, _inputs).CopyTo(solution);
        SolveTransposed(root, solution);
        for (var k = solution.Length - 1; k >= 0; k--)
        {
            var row = root.Slice(k * _inputs, _inputs);
            var sum = solution[k];
            for (var j = k + 1; j < solution.Length; j++)
            {
                sum -= row[j] * solution[j];
            }

            solution[k] = sum / row[k];
        }

        foreach (var weight in solution)
        {
            if (!(Math.Abs(weight) <= Largest))
            {
                return false;
            }
        }

        solution.CopyTo(_weights.AsSpan(block * _inputs, _inputs));
        return true;
    }
}
