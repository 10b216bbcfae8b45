using System.Numerics.Tensors;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reweighting;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>Plain stochastic gradient descent on a <see cref="LinearWorld"/>: half the squared error, batches of 128, a fixed step size, from zero.</summary>
internal static class LinearRun
{
    /// <summary>Steps of a run.</summary>
    internal const int Steps = 2000;

    /// <summary>An earlier step that is looked at.</summary>
    internal const int EarlyStep = 200;

    private const int Batch = 128;

    /// <summary>The test loss, over samples of standard normal coordinates without noise, so half the squared distance from the truth: after the early step and after the
    /// last one. The truth and the samples are the same for all arms with a seed.</summary>
    internal static (double Early, double Last) Of(LinearWorld world, ReweightingOptions options, double learningRate, ulong seed)
    {
        var random = new Xoshiro256(seed);
        var truth = new double[LinearWorld.Dimensions];
        foreach (ref var coordinate in truth.AsSpan())
        {
            coordinate = random.NextGaussian();
        }

        var reweighter = new SampleReweighter(options);
        var parameters = new double[LinearWorld.Dimensions];
        var gradient = new double[LinearWorld.Dimensions];
        var inputs = new double[Batch * LinearWorld.Dimensions];
        var targets = new double[Batch];
        var errors = new double[Batch];
        var losses = new float[Batch];
        var weights = new float[Batch];
        var early = double.NaN;
        for (var step = 1; step <= Steps; step++)
        {
            world.Draw(random, truth, inputs, targets);
            for (var sample = 0; sample < Batch; sample++)
            {
                errors[sample] = TensorPrimitives.Dot(Row(inputs, sample), parameters) - targets[sample];
                losses[sample] = (float)(0.5 * errors[sample] * errors[sample]);
            }

            reweighter.Weigh(losses, weights);
            Array.Clear(gradient);
            for (var sample = 0; sample < Batch; sample++)
            {
                TensorPrimitives.MultiplyAdd(Row(inputs, sample), weights[sample] * errors[sample] / Batch, gradient, gradient);
            }

            TensorPrimitives.MultiplyAdd(gradient, -learningRate, parameters, parameters);
            early = step == EarlyStep ? TestLoss(parameters, truth) : early;
        }

        return (early, TestLoss(parameters, truth));
    }

    private static ReadOnlySpan<double> Row(double[] inputs, int sample) => inputs.AsSpan(sample * LinearWorld.Dimensions, LinearWorld.Dimensions);

    private static double TestLoss(double[] parameters, double[] truth)
    {
        var distance = TensorPrimitives.Distance<double>(parameters, truth);
        return 0.5 * distance * distance;
    }
}
