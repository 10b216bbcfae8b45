using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary>The step of an optimiser with one state vector, for eight parameters at a time, each lane by itself.</summary>
internal interface IOneVectorStep
{
    /// <summary>
    /// Moves <paramref name="parameter"/> and <paramref name="state"/>; <paramref name="gradient"/> is still to be scaled.
    /// </summary>
    void Apply(ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> state);
}
