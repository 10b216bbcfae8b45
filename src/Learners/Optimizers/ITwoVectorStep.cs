using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Optimizers;

/// <summary>The step of an optimiser with two state vectors, for eight parameters at a time, each lane by itself.</summary>
internal interface ITwoVectorStep
{
    /// <summary>
    /// Moves <paramref name="parameter"/>, <paramref name="first"/> and <paramref name="second"/>; <paramref name="gradient"/> is still to
    /// be scaled.
    /// </summary>
    void Apply(ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> first, ref Vector256<float> second);
}
