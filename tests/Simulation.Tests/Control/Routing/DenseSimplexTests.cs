using StreamLearn.Learners.Randomness;
using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Simulation.Tests.Control.Routing;

public sealed class DenseSimplexTests
{
    [Fact]
    public void Given_a_program_of_a_textbook_then_its_solution_is_found()
    {
        // 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6).
        var found = Solve([3, 5], [[1, 0, 4], [0, 2, 12], [3, 2, 18]]);

        Assert.Equal(36, found.Value, 1e-12);
        Assert.Equal([2.0, 6.0], found.Solution, (expected, value) => Math.Abs(expected - value) < 1e-12);
    }

    [Fact]
    public void Given_the_program_on_which_the_steepest_rule_goes_in_circles_then_it_ends()
    {
        // Beale 1955.
        var found = Solve([0.75, -150, 0.02, -6], [[0.25, -60, -0.04, 9, 0], [0.5, -90, -0.02, 3, 0], [0, 0, 1, 0, 1]]);

        Assert.Equal(0.05, found.Value, 1e-12);
    }

    [Fact]
    public void Given_an_objective_without_a_bound_then_it_is_said() =>
        Assert.Equal("The objective has no bound.", Assert.Throws<InvalidOperationException>(() => Solve([1, 1], [[1, 0, 1]])).Message);

    [Fact]
    public void Given_many_small_programs_then_the_value_is_that_of_the_best_vertex()
    {
        var random = new Xoshiro256(1);
        for (var program = 0; program < 500; program++)
        {
            double[] objective = [Draw(), Draw()];
            var rows = new double[5][];
            for (var row = 0; row < 4; row++)
                rows[row] = [Draw(), Draw(), random.NextDouble() < 0.3 ? 0 : random.NextDouble()];
            rows[4] = [1, 1, 1];

            var found = Solve(objective, rows);

            Assert.All(rows, row => Assert.InRange(row[0] * found.Solution[0] + row[1] * found.Solution[1], double.NegativeInfinity, row[2] + 1e-9));
            Assert.All(found.Solution, value => Assert.InRange(value, -1e-12, 1 + 1e-9));
            Assert.Equal(BestVertex(objective, rows), found.Value, 1e-9);
            Assert.Equal(found.Value, objective[0] * found.Solution[0] + objective[1] * found.Solution[1], 1e-9);
        }

        double Draw() => 2 * random.NextDouble() - 1;
    }

    /// <summary>All crossings of two of the lines, the axes included, that keep all rows.</summary>
    private static double BestVertex(double[] objective, double[][] rows)
    {
        double[][] lines = [.. rows, [-1, 0, 0], [0, -1, 0]];
        var best = double.NegativeInfinity;
        foreach (var first in lines)
        {
            foreach (var second in lines)
            {
                var determinant = first[0] * second[1] - first[1] * second[0];
                if (Math.Abs(determinant) < 1e-12)
                    continue;
                var x = (first[2] * second[1] - first[1] * second[2]) / determinant;
                var y = (first[0] * second[2] - first[2] * second[0]) / determinant;
                if (lines.All(line => line[0] * x + line[1] * y <= line[2] + 1e-10))
                    best = Math.Max(best, objective[0] * x + objective[1] * y);
            }
        }

        return best;
    }

    private static (double Value, double[] Solution) Solve(double[] objective, double[][] rows)
    {
        var program = new DenseSimplex(rows.Length, objective.Length);
        objective.CopyTo(program.Objective);
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row].AsSpan(0, objective.Length).CopyTo(program.Row(row));
            program.Row(row)[^1] = rows[row][^1];
        }

        program.Maximise();
        var solution = new double[objective.Length];
        program.ReadSolution(solution);
        return (program.Value, solution);
    }
}
