namespace StreamLearn.Learners.Reinforcement.Plasticity;

/// <summary>The singular values of a matrix, by the eigenvalues of its smaller Gram matrix: Householder's tridiagonal form, then implicit QL steps. Their relative precision is that of a square root:
/// values below some 1e-8 of the largest are noise.</summary>
internal static class SingularValues
{
    private const int Steps = 60;

    /// <param name="matrix">[rows, columns].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <returns>[min(rows, columns)], the largest first.</returns>
    internal static double[] Of(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        var size = Math.Min(rows, columns);
        var gram = new double[size][];
        for (var i = 0; i < size; i++)
        {
            gram[i] = new double[size];
            for (var j = 0; j <= i; j++)
            {
                var sum = 0.0;
                if (rows < columns)
                {
                    for (var p = 0; p < columns; p++)
                    {
                        sum += (double)matrix[(i * columns) + p] * matrix[(j * columns) + p];
                    }
                }
                else
                {
                    for (var p = 0; p < rows; p++)
                    {
                        sum += (double)matrix[(p * columns) + i] * matrix[(p * columns) + j];
                    }
                }

                gram[i][j] = sum;
                gram[j][i] = sum;
            }
        }

        var values = Eigenvalues(gram);
        for (var i = 0; i < size; i++)
        {
            values[i] = Math.Sqrt(Math.Max(0, values[i]));
        }

        Array.Sort(values, (left, right) => right.CompareTo(left));
        return values;
    }

    /// <summary>The smallest k whose first k values have so much of the sum.</summary>
    internal static double Rank(double[] values, double share)
    {
        var (total, sum) = (values.Sum(), 0.0);
        if (total == 0)
        {
            return 0;
        }

        for (var k = 0; k < values.Length; k++)
        {
            sum += values[k];
            if (sum >= share * total)
            {
                return k + 1;
            }
        }

        return values.Length;
    }

    /// <summary>exp(-Σ p ln p), p being each value's share of the sum.</summary>
    internal static double EffectiveRank(double[] values)
    {
        var total = values.Sum();
        return total == 0 ? 0 : Math.Exp(-values.Where(value => value > 0).Sum(value => value / total * Math.Log(value / total)));
    }

    /// <summary>Of a symmetric matrix, in any order. The matrix is overwritten.</summary>
    private static double[] Eigenvalues(double[][] a)
    {
        var n = a.Length;
        var (diagonal, off) = Tridiagonal(a);
        for (var l = 0; l < n; l++)
        {
            for (var step = 0; ; step++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(off[m]) > double.Epsilon && Math.Abs(off[m]) > 1e-16 * (Math.Abs(diagonal[m]) + Math.Abs(diagonal[m + 1])))
                {
                    m++;
                }

                if (m == l || step == Steps)
                {
                    break;
                }

                Chase(diagonal, off, l, m);
            }
        }

        return diagonal;
    }

    /// <summary>One implicit QL step with Wilkinson's shift on the rows from l to m.</summary>
    private static void Chase(double[] diagonal, double[] off, int l, int m)
    {
        var g = (diagonal[l + 1] - diagonal[l]) / (2 * off[l]);
        var r = Math.Sqrt((g * g) + 1);
        g = diagonal[m] - diagonal[l] + (off[l] / (g + (g >= 0 ? r : -r)));
        var (sine, cosine, shift) = (1.0, 1.0, 0.0);
        for (var i = m - 1; i >= l; i--)
        {
            var (f, b) = (sine * off[i], cosine * off[i]);
            r = Math.Sqrt((f * f) + (g * g));
            off[i + 1] = r;
            if (r == 0)
            {
                diagonal[i + 1] -= shift;
                off[m] = 0;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = diagonal[i + 1] - shift;
            r = ((diagonal[i] - g) * sine) + (2 * cosine * b);
            shift = sine * r;
            diagonal[i + 1] = g + shift;
            g = (cosine * r) - b;
        }

        diagonal[l] -= shift;
        off[l] = g;
        off[m] = 0;
    }

    /// <summary>Diagonal and what is beside it (from 0 on, the last is 0) of the tridiagonal form.</summary>
    private static (double[] Diagonal, double[] Off) Tridiagonal(double[][] a)
    {
        var n = a.Length;
        var off = new double[n];
        var v = new double[n];
        var p = new double[n];
        for (var k = 0; k < n - 2; k++)
        {
            var norm = 0.0;
            for (var i = k + 1; i < n; i++)
            {
                norm += a[i][k] * a[i][k];
            }

            norm = Math.Sqrt(norm);
            if (norm == 0)
            {
                continue;
            }

            // Reflects the column onto its first place: A becomes (I - 2 v vᵀ) A (I - 2 v vᵀ).
            var head = a[k + 1][k] >= 0 ? -norm : norm;
            var scale = Math.Sqrt(0.5 * (1 - (a[k + 1][k] / head)));
            for (var i = k + 1; i < n; i++)
            {
                v[i] = i == k + 1 ? scale : -a[i][k] / (2 * head * scale);
            }

            var dot = 0.0;
            for (var i = k + 1; i < n; i++)
            {
                var sum = 0.0;
                for (var j = k + 1; j < n; j++)
                {
                    sum += a[i][j] * v[j];
                }

                p[i] = 2 * sum;
                dot += p[i] * v[i];
            }

            for (var i = k + 1; i < n; i++)
            {
                p[i] -= dot * v[i];
            }

            for (var i = k + 1; i < n; i++)
            {
                for (var j = k + 1; j < n; j++)
                {
                    a[i][j] -= (v[i] * p[j]) + (p[i] * v[j]);
                }
            }

            a[k + 1][k] = head;
        }

        var diagonal = new double[n];
        for (var i = 0; i < n; i++)
        {
            diagonal[i] = a[i][i];
            off[i] = i + 1 < n ? a[i + 1][i] : 0;
        }

        return (diagonal, off);
    }
}
