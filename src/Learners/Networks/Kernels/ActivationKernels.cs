using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace StreamLearn.Learners.Networks.Kernels;

/// <summary>Activations and heads over rows, and their way back.</summary>
internal static unsafe class ActivationKernels
{
    private const int Lanes = 8;

    /// <summary>y = activation(x), element by element; x and y may be the same memory.</summary>
    internal static void Forward(Activation activation, float* x, float* y, int length)
    {
        switch (activation)
        {
            case Activation.Identity:
                if (x != y)
                {
                    Buffer.MemoryCopy(x, y, (long)length * sizeof(float), (long)length * sizeof(float));
                }

                break;
            case Activation.Relu:
                Apply<Rectify>(x, y, length);
                break;
            case Activation.Tanh:
                Apply<Tanh>(x, y, length);
                break;
            case Activation.Silu:
                Apply<Silu>(x, y, length);
                break;
            case Activation.LecunTanh:
                Apply<LecunTanh>(x, y, length);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>d = d activation'(x), element by element.</summary>
    /// <param name="x">What went into the activation; read for <see cref="Activation.Silu"/> only.</param>
    /// <param name="y">What came out of it; read for all others.</param>
    internal static void Backward(Activation activation, float* x, float* y, float* d, int length)
    {
        switch (activation)
        {
            case Activation.Identity:
                break;
            case Activation.Relu:
                Multiply<RectifySlope>(y, d, length);
                break;
            case Activation.Tanh:
                Multiply<TanhSlope>(y, d, length);
                break;
            case Activation.Silu:
                Multiply<SiluSlope>(x, d, length);
                break;
            case Activation.LecunTanh:
                Multiply<LecunTanhSlope>(y, d, length);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>How many numbers are above 0.</summary>
    internal static long CountPositive(ReadOnlySpan<float> values)
    {
        var count = 0L;
        var i = 0;
        ref var start = ref MemoryMarshal.GetReference(values);
        while (i + Lanes <= values.Length)
        {
            // Lanes of 32 bits count for themselves, down from 0, in stretches that they can hold.
            var counts = Vector256<int>.Zero;
            for (var end = Math.Min(values.Length - Lanes, i + (1 << 20)); i <= end; i += Lanes)
            {
                counts += Vector256.GreaterThan(Vector256.LoadUnsafe(ref start, (nuint)i), Vector256<float>.Zero).AsInt32();
            }

            count -= Vector256.Sum(counts);
        }

        for (; i < values.Length; i++)
        {
            count += values[i] > 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>y = head(logits) of each row; may be the same memory.</summary>
    internal static void ForwardHead(Head head, float* logits, float* y, int rows, int outputs)
    {
        switch (head)
        {
            case Head.Linear:
                Forward(Activation.Identity, logits, y, rows * outputs);
                break;
            case Head.Sigmoid:
                Apply<Sigmoid>(logits, y, rows * outputs);
                break;
            case Head.Softmax:
                for (var row = 0; row < rows; row++)
                {
                    Softmax(logits + ((nint)row * outputs), y + ((nint)row * outputs), outputs);
                }

                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>d = the gradient by the logits, where d was that by the head's outputs y.</summary>
    internal static void BackwardHead(Head head, float* y, float* d, int rows, int outputs)
    {
        switch (head)
        {
            case Head.Linear:
                break;
            case Head.Sigmoid:
                Multiply<SigmoidSlope>(y, d, rows * outputs);
                break;
            case Head.Softmax:
                for (var row = 0; row < rows; row++, y += outputs, d += outputs)
                {
                    // The Jacobian is diag(y) - y yᵀ.
                    var mean = MatrixKernels.Dot(y, d, outputs);
                    for (var j = 0; j < outputs; j++)
                    {
                        d[j] = y[j] * (d[j] - mean);
                    }
                }

                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void Softmax(float* logits, float* y, int outputs)
    {
        var largest = logits[0];
        for (var j = 1; j < outputs; j++)
        {
            largest = MathF.Max(largest, logits[j]);
        }

        for (var j = 0; j < outputs; j++)
        {
            y[j] = logits[j] - largest;
        }

        Apply<Exponential>(y, y, outputs);
        var sum = 0f;
        for (var j = 0; j < outputs; j++)
        {
            sum += y[j];
        }

        GradientKernels.Scale(y, 1 / sum, y, outputs);
    }

    private static void Apply<TFunction>(float* x, float* y, int length)
        where TFunction : struct, IElementwise
    {
        var i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            TFunction.Of(Vector256.Load(x + i)).Store(y + i);
        }

        if (i < length)
        {
            Parts.Store(TFunction.Of(Parts.Load(x + i, length - i)), y + i, length - i);
        }
    }

    private static void Multiply<TSlope>(float* x, float* d, int length)
        where TSlope : struct, IElementwise
    {
        var i = 0;
        for (; i + Lanes <= length; i += Lanes)
        {
            (Vector256.Load(d + i) * TSlope.Of(Vector256.Load(x + i))).Store(d + i);
        }

        if (i < length)
        {
            Parts.Store(Parts.Load(d + i, length - i) * TSlope.Of(Parts.Load(x + i, length - i)), d + i, length - i);
        }
    }

    /// <summary>A function of eight numbers, lane by lane.</summary>
    private interface IElementwise
    {
        static abstract Vector256<float> Of(Vector256<float> x);
    }

    private readonly struct Rectify : IElementwise
    {
        // A comparison, not a maximum: NaN stays NaN, so that a broken network shows.
        public static Vector256<float> Of(Vector256<float> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256<float>.Zero, x);
    }

    private readonly struct RectifySlope : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> y) => Vector256.GreaterThan(y, Vector256<float>.Zero) & Vector256<float>.One;
    }

    private readonly struct Tanh : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> x) => VectorMath.Tanh(x);
    }

    private readonly struct TanhSlope : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> y) => Vector256<float>.One - (y * y);
    }

    private readonly struct Silu : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> x) => x * VectorMath.Sigmoid(x);
    }

    private readonly struct SiluSlope : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> x)
        {
            var s = VectorMath.Sigmoid(x);
            return s * Vector256.FusedMultiplyAdd(x, Vector256<float>.One - s, Vector256<float>.One);
        }
    }

    private readonly struct LecunTanh : IElementwise
    {
        internal const float Height = 1.7159f;
        internal const float Slope = 0.666f;

        public static Vector256<float> Of(Vector256<float> x) => VectorMath.Tanh(x * Vector256.Create(Slope)) * Vector256.Create(Height);
    }

    private readonly struct LecunTanhSlope : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> y) => Vector256.FusedMultiplyAdd(
            y * y, Vector256.Create(-LecunTanh.Slope / LecunTanh.Height), Vector256.Create(LecunTanh.Slope * LecunTanh.Height));
    }

    private readonly struct Sigmoid : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> x) => VectorMath.Sigmoid(x);
    }

    private readonly struct SigmoidSlope : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> y) => y * (Vector256<float>.One - y);
    }

    private readonly struct Exponential : IElementwise
    {
        public static Vector256<float> Of(Vector256<float> x) => VectorMath.Exp(x);
    }
}
