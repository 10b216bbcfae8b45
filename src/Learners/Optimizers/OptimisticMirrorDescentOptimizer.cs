using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// <see cref="OptimisticMirrorDescentOptions"/> in the process's memory. State: the ball's centre, x̂, the last gradient; V.
/// </summary>
internal sealed class OptimisticMirrorDescentOptimizer(OptimisticMirrorDescentOptions options, int count)
    : FlatOptimizer(options.Checked(), count)
{
    /// <inheritdoc/>
    private protected override void Step(Span<float> parameters, in FlatGradient gradient, long step)
    {
        var (center, leader, hint) = (State.Vectors[0], State.Vectors[1], State.Vectors[2]);
        ref var variation = ref State.Numbers[0];
        if (step == 1)
        {
            parameters.CopyTo(center);
            parameters.CopyTo(leader);
        }

        var bounded = gradient.Norm > 0 ? Math.Min(1, options.GradientBound / gradient.Norm) : 1;
        var scale = Vector256.Create((float)(gradient.Scale * bounded));
        var size = Vector256.Create((float)-StepSize(variation));
        var (distance, surprise) = (default(SquareSum), default(SquareSum));
        for (var i = 0; i < leader.Length; i += Lanes.Width)
        {
            var g = scale * Lanes.Load(gradient.Values, i);
            surprise.Add(g - Lanes.Load(hint, i));
            Lanes.Store(g, hint, i);
            var moved = Vector256.FusedMultiplyAdd(size, g, Lanes.Load(leader, i));
            distance.Add(moved - Lanes.Load(center, i));
            Lanes.Store(moved, leader, i);
        }

        FlatNorms.Project(leader, center, options.Radius, Math.Sqrt(distance.Total));
        variation += surprise.Total;

        var ahead = Vector256.Create((float)-StepSize(variation));
        distance = default;
        for (var i = 0; i < leader.Length; i += Lanes.Width)
        {
            var played = Vector256.FusedMultiplyAdd(ahead, Lanes.Load(hint, i), Lanes.Load(leader, i));
            distance.Add(played - Lanes.Load(center, i));
            Lanes.Store(played, parameters, i);
        }

        FlatNorms.Project(parameters, center, options.Radius, Math.Sqrt(distance.Total));
    }

    // As large as a float can be: what then overflows is projected back.
    private double StepSize(double variation) => Math.Min(
        float.MaxValue,
        LearningRate * 2 * options.Radius / Math.Sqrt(options.Delta + (4 * options.GradientBound * options.GradientBound) + variation));
}
