using StreamLearn.Learners.Networks.Kernels;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Networks.Kernels;

public sealed unsafe class GradientKernelsTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 33, 64, 65];

    [Fact]
    public void Given_any_shape_When_a_matrix_is_transposed_Then_rows_are_columns()
    {
        var random = new Xoshiro256(1);
        foreach (var rows in Sizes)
        {
            foreach (var columns in Sizes)
            {
                var a = new GuardedFloats(RandomCases.Normal(random, rows * columns));
                var transposed = new GuardedFloats(rows * columns);
                GradientKernels.Transpose(a.Pointer, transposed.Pointer, rows, columns);
                AssertBits.Equal($"{rows} x {columns}", MatrixKernelsTests.Transposed(a.Values, rows, columns), transposed.Values);
                transposed.AssertGuardsUntouched($"{rows} x {columns}");
            }
        }
    }

    [Fact]
    public void Given_any_shape_When_rows_are_summed_Then_each_column_is_added_in_order()
    {
        var random = new Xoshiro256(2);
        foreach (var rows in Sizes)
        {
            foreach (var columns in Sizes)
            {
                var d = new GuardedFloats(RandomCases.Normal(random, rows * columns));
                var sums = new GuardedFloats(columns);
                GradientKernels.SumRows(d.Pointer, sums.Pointer, rows, columns);
                var expected = new float[columns];
                for (var j = 0; j < columns; j++)
                {
                    expected[j] = d.Values[j];
                    for (var row = 1; row < rows; row++)
                    {
                        expected[j] += d.Values[(row * columns) + j];
                    }
                }

                AssertBits.Equal($"{rows} x {columns}", expected, sums.Values);
                sums.AssertGuardsUntouched($"{rows} x {columns}");
            }
        }
    }

    [Fact]
    public void Given_any_shape_When_one_sample_goes_back_through_a_layer_Then_it_is_the_outer_product_and_the_product_with_the_transpose()
    {
        var random = new Xoshiro256(3);
        foreach (var inputs in Sizes)
        {
            foreach (var outputs in Sizes)
            {
                var what = $"{inputs} to {outputs}";
                var x = new GuardedFloats(RandomCases.Normal(random, inputs));
                var d = new GuardedFloats(RandomCases.Normal(random, outputs));
                var weights = new GuardedFloats(RandomCases.Normal(random, inputs * outputs));
                var (weightGradient, dx) = (new GuardedFloats(inputs * outputs), new GuardedFloats(inputs));
                GradientKernels.OuterProduct(x.Pointer, d.Pointer, weightGradient.Pointer, inputs, outputs);
                GradientKernels.InputGradient(weights.Pointer, d.Pointer, dx.Pointer, inputs, outputs);

                var (outer, below) = (new float[inputs * outputs], new double[inputs]);
                for (var i = 0; i < inputs; i++)
                {
                    for (var j = 0; j < outputs; j++)
                    {
                        outer[(i * outputs) + j] = x.Values[i] * d.Values[j];
                        below[i] += (double)weights.Values[(i * outputs) + j] * d.Values[j];
                    }
                }

                AssertBits.Equal(what + ", weights", outer, weightGradient.Values);
                Near.Assert(what + ", below", below, dx.Values, 4e-6);
                weightGradient.AssertGuardsUntouched(what);
                dx.AssertGuardsUntouched(what);

                x.Values[0] = 0;
                var stepped = new float[inputs * outputs];
                for (var i = 0; i < stepped.Length; i++)
                {
                    stepped[i] = MathF.FusedMultiplyAdd(x.Values[i / outputs] * d.Values[i % outputs], -0.3f, weights.Values[i]);
                }

                GradientKernels.AddOuterProduct(x.Pointer, d.Pointer, -0.3f, weights.Pointer, inputs, outputs);
                AssertBits.Equal(what + ", step", stepped, weights.Values);
                weights.AssertGuardsUntouched(what);
            }
        }
    }
}
