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
        for (nuint i = 0; (i = RunWhile(step, ref p, ref g, ref s, i, whole)) < whole; i += Width)
        {
            RunOne(step, ref p, ref g, ref s, i);
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
        for (nuint i = 0; (i = RunWhile(step, ref p, ref g, ref a, ref b, i, whole)) < whole; i += Width)
        {
            RunOne(step, ref p, ref g, ref a, ref b, i);
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
        step.Apply(ref parameter, Load(gradient, 0), ref moved);
        var finite = Vector256.IsFinite(parameter) & Vector256.IsFinite(moved);
        Store(Vector256.ConditionalSelect(finite, parameter, Load(parameters, 0)), parameters, 0);
        Store(Vector256.ConditionalSelect(finite, moved, Load(state, 0)), state, 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunRest<TStep>(
        TStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second)
        where TStep : struct, ITwoVectorStep
    {
        var parameter = Load(parameters, 0);
        var movedFirst = Load(first, 0);
        var movedSecond = Load(second, 0);
        step.Apply(ref parameter, Load(gradient, 0), ref movedFirst, ref movedSecond);
        var finite = Vector256.IsFinite(parameter) & Vector256.IsFinite(movedFirst) & Vector256.IsFinite(movedSecond);
        Store(Vector256.ConditionalSelect(finite, parameter, Load(parameters, 0)), parameters, 0);
        Store(Vector256.ConditionalSelect(finite, movedFirst, Load(first, 0)), first, 0);
        Store(Vector256.ConditionalSelect(finite, movedSecond, Load(second, 0)), second, 0);
    }

    /// <summary>
    /// The loop itself, as long as all stays finite: returns where it does not, with nothing stored there. A method of its own, for a call within
    /// the loop would cost it its registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nuint RunWhile<TStep>(TStep step, ref float p, ref float g, ref float s, nuint i, nuint end)
        where TStep : struct, IOneVectorStep
    {
        for (; i < end; i += Width)
        {
            var parameter = Vector256.LoadUnsafe(ref p, i);
            var moved = Vector256.LoadUnsafe(ref s, i);
            step.Apply(ref parameter, Vector256.LoadUnsafe(ref g, i), ref moved);
            if (!AreFinite(parameter, moved))
            {
                break;
            }

            parameter.StoreUnsafe(ref p, i);
            moved.StoreUnsafe(ref s, i);
        }

        return i;
    }

    /// <inheritdoc cref="RunWhile{TStep}(TStep, ref float, ref float, ref float, nuint, nuint)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nuint RunWhile<TStep>(TStep step, ref float p, ref float g, ref float a, ref float b, nuint i, nuint end)
        where TStep : struct, ITwoVectorStep
    {
        for (; i < end; i += Width)
        {
            var parameter = Vector256.LoadUnsafe(ref p, i);
            var first = Vector256.LoadUnsafe(ref a, i);
            var second = Vector256.LoadUnsafe(ref b, i);
            step.Apply(ref parameter, Vector256.LoadUnsafe(ref g, i), ref first, ref second);

            // The first state is divided by the second's root and added to the parameter: where it is not finite, that is not either.
            if (!AreFinite(parameter, second))
            {
                break;
            }

            parameter.StoreUnsafe(ref p, i);
            first.StoreUnsafe(ref a, i);
            second.StoreUnsafe(ref b, i);
        }

        return i;
    }

    /// <summary>Eight numbers of which some would not stay finite.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOne<TStep>(TStep step, ref float p, ref float g, ref float s, nuint i)
        where TStep : struct, IOneVectorStep =>
        RunRest(
            step, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref p, i), Width), MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref g, i), Width),
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref s, i), Width));

    /// <inheritdoc cref="RunOne{TStep}(TStep, ref float, ref float, ref float, nuint)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunOne<TStep>(TStep step, ref float p, ref float g, ref float a, ref float b, nuint i)
        where TStep : struct, ITwoVectorStep =>
        RunRest(
            step, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref p, i), Width), MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref g, i), Width),
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref a, i), Width), MemoryMarshal.CreateSpan(ref Unsafe.Add(ref b, i), Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreFinite(Vector256<float> parameter, Vector256<float> state) =>
        Vector256.EqualsAll((parameter - parameter) + (state - state), Vector256<float>.Zero);

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
