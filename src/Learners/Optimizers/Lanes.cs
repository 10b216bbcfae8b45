using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamLearn.Learners.Networks;

namespace StreamLearn.Learners.Optimizers;

/// <summary>
/// One pass over flat vectors, eight numbers at a time. What is left at the end goes through the same operations in a vector padded with
/// zeros, so a number's result does not depend on where it lies. A parameter that a step would make infinite or NaN, itself or its state, stays
/// as it was with its state: finite state stays finite whatever it is (it may have been damaged, or the step size absurd).
/// </summary>
internal static class Lanes
{
    /// <summary>Numbers in a <see cref="Vector256{T}"/>.</summary>
    internal const int Width = 8;

    /// <summary>Smallest number that is held to full precision.</summary>
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Runs a step over all parameters; the spans have one length.</summary>
    internal static void Run<TStep>(TStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> state)
        where TStep : struct, IOneVectorStep
    {
        var length = parameters.Length;
        ref var p = ref MemoryMarshal.GetReference(parameters);
        ref var g = ref MemoryMarshal.GetReference(gradient[..length]);
        ref var s = ref MemoryMarshal.GetReference(state[..length]);
        var whole = (nuint)(length - (length % Width));
        for (nuint i = 0; i < whole; i += Width)
        {
            var parameter = Vector256.LoadUnsafe(ref p, i);
            var moved = Vector256.LoadUnsafe(ref s, i);
            Apply(step, ref parameter, Vector256.LoadUnsafe(ref g, i), ref moved);
            parameter.StoreUnsafe(ref p, i);
            moved.StoreUnsafe(ref s, i);
        }

        if ((int)whole < length)
        {
            RunRest(step, parameters[(int)whole..], gradient[(int)whole..length], state[(int)whole..length]);
        }
    }

    /// <inheritdoc cref="Run{TStep}(TStep, Span{float}, ReadOnlySpan{float}, Span{float})"/>
    internal static void Run<TStep>(TStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where TStep : struct, ITwoVectorStep
    {
        var length = parameters.Length;
        ref var p = ref MemoryMarshal.GetReference(parameters);
        ref var g = ref MemoryMarshal.GetReference(gradient[..length]);
        ref var a = ref MemoryMarshal.GetReference(first[..length]);
        ref var b = ref MemoryMarshal.GetReference(second[..length]);
        var whole = (nuint)(length - (length % Width));
        for (nuint i = 0; i < whole; i += Width)
        {
            var parameter = Vector256.LoadUnsafe(ref p, i);
            var movedFirst = Vector256.LoadUnsafe(ref a, i);
            var movedSecond = Vector256.LoadUnsafe(ref b, i);
            Apply(step, ref parameter, Vector256.LoadUnsafe(ref g, i), ref movedFirst, ref movedSecond);
            parameter.StoreUnsafe(ref p, i);
            movedFirst.StoreUnsafe(ref a, i);
            movedSecond.StoreUnsafe(ref b, i);
        }

        if ((int)whole < length)
        {
            RunRest(step, parameters[(int)whole..], gradient[(int)whole..length], first[(int)whole..length], second[(int)whole..length]);
        }
    }

    /// <summary>parameters ← keep parameters + factor gradient, on the support only.</summary>
    internal static void Step(
        Span<float> parameters, ReadOnlySpan<float> gradient, ReadOnlySpan<ParameterRange> support, double factor, double keep = 1)
    {
        var scaled = Vector256.Create((float)factor);
        var kept = Vector256.Create((float)keep);
        foreach (var range in support)
        {
            var part = parameters.Slice(range.Offset, range.Length);
            var partGradient = gradient.Slice(range.Offset, range.Length);
            ref var p = ref MemoryMarshal.GetReference(part);
            ref var g = ref MemoryMarshal.GetReference(partGradient);
            var length = (nuint)range.Length;
            nuint i = 0;

            // Four at a time: this loop is bound by how often it goes round.
            for (; i + (4 * Width) <= length; i += 4 * Width)
            {
                Step(ref p, ref g, i, scaled, kept);
                Step(ref p, ref g, i + Width, scaled, kept);
                Step(ref p, ref g, i + (2 * Width), scaled, kept);
                Step(ref p, ref g, i + (3 * Width), scaled, kept);
            }

            for (; i + Width <= length; i += Width)
            {
                Step(ref p, ref g, i, scaled, kept);
            }

            if (i < length)
            {
                var rest = (int)i;
                Store(Moved(Load(part, rest), Load(partGradient, rest), scaled, kept), part, rest);
            }
        }
    }

    /// <summary>The eight numbers from <paramref name="at"/> on, zeros past the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Load(ReadOnlySpan<float> values, int at)
    {
        if (at <= values.Length - Width)
        {
            return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);
        }

        return LoadRest(values, at);
    }

    /// <summary>Writes what <see cref="Load"/> would read there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<float> vector, Span<float> values, int at)
    {
        if (at <= values.Length - Width)
        {
            vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);
            return;
        }

        StoreRest(vector, values, at);
    }

    /// <summary>
    /// Zero in place of numbers too small for full precision. A mean that decays by rounding never gets past those (0.99 of the smallest
    /// rounds to itself), which costs time on some processors, and would keep Lion's sign alive for ever.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> WithoutSubnormals(Vector256<float> values) =>
        values & Vector256.GreaterThanOrEqual(Vector256.Abs(values), Vector256.Create(SmallestNormal));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> LoadRest(ReadOnlySpan<float> values, int at)
    {
        var padded = Vector256<float>.Zero;
        values[at..].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Vector256<float>, float>(ref padded), Width));
        return padded;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreRest(Vector256<float> vector, Span<float> values, int at)
    {
        var padded = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector256<float>, float>(ref vector), Width);
        padded[..(values.Length - at)].CopyTo(values[at..]);
    }

    // Not inlined: what the rest needs is not to take registers from the loop.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunRest<TStep>(TStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> state)
        where TStep : struct, IOneVectorStep
    {
        var parameter = Load(parameters, 0);
        var moved = Load(state, 0);
        Apply(step, ref parameter, Load(gradient, 0), ref moved);
        Store(parameter, parameters, 0);
        Store(moved, state, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunRest<TStep>(
        TStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where TStep : struct, ITwoVectorStep
    {
        var parameter = Load(parameters, 0);
        var movedFirst = Load(first, 0);
        var movedSecond = Load(second, 0);
        Apply(step, ref parameter, Load(gradient, 0), ref movedFirst, ref movedSecond);
        Store(parameter, parameters, 0);
        Store(movedFirst, first, 0);
        Store(movedSecond, second, 0);
    }

    /// <summary>A step in which a lane that would not stay finite stays as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<TStep>(TStep step, ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> state)
        where TStep : struct, IOneVectorStep
    {
        var (oldParameter, oldState) = (parameter, state);
        step.Apply(ref parameter, gradient, ref state);
        var finite = Vector256.IsFinite(parameter) & Vector256.IsFinite(state);
        parameter = Vector256.ConditionalSelect(finite, parameter, oldParameter);
        state = Vector256.ConditionalSelect(finite, state, oldState);
    }

    /// <inheritdoc cref="Apply{TStep}(TStep, ref Vector256{float}, Vector256{float}, ref Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apply<TStep>(
        TStep step, ref Vector256<float> parameter, Vector256<float> gradient, ref Vector256<float> first, ref Vector256<float> second)
        where TStep : struct, ITwoVectorStep
    {
        var (oldParameter, oldFirst, oldSecond) = (parameter, first, second);
        step.Apply(ref parameter, gradient, ref first, ref second);
        var finite = Vector256.IsFinite(parameter) & Vector256.IsFinite(first) & Vector256.IsFinite(second);
        parameter = Vector256.ConditionalSelect(finite, parameter, oldParameter);
        first = Vector256.ConditionalSelect(finite, first, oldFirst);
        second = Vector256.ConditionalSelect(finite, second, oldSecond);
    }

    /// <summary>keep p + factor g; a lane that would not stay finite stays as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Moved(Vector256<float> p, Vector256<float> g, Vector256<float> factor, Vector256<float> keep)
    {
        var moved = Vector256.FusedMultiplyAdd(factor, g, keep * p);
        return Vector256.ConditionalSelect(Vector256.IsFinite(moved), moved, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref float p, ref float g, nuint i, Vector256<float> factor, Vector256<float> keep) =>
        Moved(Vector256.LoadUnsafe(ref p, i), Vector256.LoadUnsafe(ref g, i), factor, keep).StoreUnsafe(ref p, i);
}
