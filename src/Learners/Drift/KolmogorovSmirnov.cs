namespace StreamLearn.Learners.Drift;

/// <summary>The two-sample test of Kolmogorov and Smirnov for samples of the same size n.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>n times the largest difference between the two empirical distribution functions.</summary>
    /// <param name="one">A sample in ascending order.</param>
    /// <param name="other">Another of the same size, in ascending order.</param>
    internal static int Steps(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        var (i, j, most) = (0, 0, 0);
        while (i < one.Length && j < other.Length)
        {
            // Both functions jump at a value that both samples have before they are compared.
            var value = Math.Min(one[i], other[j]);
            while (i < one.Length && one[i] == value)
            {
                i++;
            }

            while (j < other.Length && other[j] == value)
            {
                j++;
            }

            most = Math.Max(most, Math.Abs(i - j));
        }

        return most;
    }

    /// <summary>Chance that <see cref="Steps"/> of two samples of one continuous distribution is at least that many: exact; with ties it is
    /// less.</summary>
    /// <remarks>Source: B. V. Gnedenko, V. S. Korolyuk, On the maximum discrepancy between two empirical distributions (1951):
    /// P(n D ≥ k) = 2 Σ_{i≥1} (-1)^(i+1) C(2n, n-ik) / C(2n, n).</remarks>
    internal static double Probability(int size, int steps)
    {
        if (steps <= 1)
        {
            return 1;
        }

        var sum = 0.0;
        var (ratio, sign) = (1.0, 1);
        for (var at = 1; at <= size; at++)
        {
            // C(2n, n-at) / C(2n, n-at+1) = (n-at+1) / (n+at).
            ratio *= (size - at + 1.0) / (size + at);
            if (at % steps == 0)
            {
                sum += sign * ratio;
                sign = -sign;
            }
        }

        return Math.Clamp(2 * sum, 0, 1);
    }

    /// <summary>The fewest steps whose chance is below <paramref name="alpha"/>; more than <paramref name="size"/> where no number
    /// is.</summary>
    internal static int CriticalSteps(int size, double alpha)
    {
        var steps = 1;
        while (steps <= size && Probability(size, steps) >= alpha)
        {
            steps++;
        }

        return steps;
    }
}
