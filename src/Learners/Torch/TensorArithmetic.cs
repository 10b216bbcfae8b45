using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Torch;

/// <summary>Arithmetic with numbers that live as long as the native call that reads them, and are freed at once.</summary>
/// <remarks>
/// TorchSharp turns numbers into <see cref="Scalar"/>s with finalizers, takes their native address and forgets them: the collector can free
/// them before the native code has read them. Even <c>a + b</c> and <c>a.add_(b)</c> make one, the factor 1 on b. So sums of tensors go
/// through <see cref="Plus(Tensor, Tensor)"/> and <see cref="AddScaled"/> here, squares are products; differences, products and quotients
/// of tensors need no number.
/// </remarks>
internal static class TensorArithmetic
{
    private static readonly Scalar _one = 1.0;

    /// <summary>x + y; leads back to both.</summary>
    internal static Tensor Plus(this Tensor x, Tensor y) => x.add(y, _one);

    /// <summary>x + number; leads back to x.</summary>
    internal static Tensor Plus(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add(scalar, _one);
    }

    /// <summary>factor x; leads back to x.</summary>
    internal static Tensor Times(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul(scalar);
    }

    /// <summary>x / number; leads back to x.</summary>
    internal static Tensor Over(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.div(scalar);
    }

    /// <summary>x ← factor x.</summary>
    internal static Tensor Multiply(this Tensor x, double factor)
    {
        using Scalar scalar = factor;
        return x.mul_(scalar);
    }

    /// <summary>x ← x + number.</summary>
    internal static Tensor Add(this Tensor x, double number)
    {
        using Scalar scalar = number;
        return x.add_(scalar, _one);
    }

    /// <summary>x ← x + factor a.</summary>
    internal static Tensor AddScaled(this Tensor x, Tensor a, double factor)
    {
        using Scalar scalar = factor;
        return x.add_(a, scalar);
    }

    /// <summary>x ← x + factor a b.</summary>
    internal static Tensor AddProduct(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcmul_(a, b, scalar);
    }

    /// <summary>x ← x + factor a / b.</summary>
    internal static Tensor AddQuotient(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using Scalar scalar = factor;
        return x.addcdiv_(a, b, scalar);
    }

    /// <summary>x ← min(x, most).</summary>
    internal static Tensor Limit(this Tensor x, double most)
    {
        using Scalar scalar = most;
        return x.clamp_max_(scalar);
    }

    /// <summary>x ← x, but no further from 0 than <paramref name="most"/>.</summary>
    internal static Tensor LimitMagnitude(this Tensor x, double most)
    {
        using Scalar low = -most;
        using Scalar high = most;
        return x.clamp_(low, high);
    }

    /// <summary>x ← x to the power.</summary>
    internal static Tensor Raise(this Tensor x, double power)
    {
        using Scalar scalar = power;
        return x.pow_(scalar);
    }

    /// <summary>1 / x for a single number on the device, times a factor.</summary>
    internal static Tensor Reciprocal(this Tensor x, double factor) => x.reciprocal().Multiply(factor);

    /// <summary>|x|² as a single number in double precision, on the device.</summary>
    internal static Tensor SquaredNorm(this Tensor x)
    {
        var norm = x.norm().to(ScalarType.Float64);
        return norm * norm;
    }

    /// <summary>
    /// Moves x back onto the ball of that radius if it lies outside: c + (x - c) min(1, r / |x - c|). Decided on the device; what lies
    /// inside stays, to the bit. To be called in a dispose scope.
    /// </summary>
    internal static void Project(this Tensor x, Tensor center, double radius)
    {
        using Scalar limit = radius;
        var away = x - center;
        var distance = away.norm();
        var onBall = (away * distance.Reciprocal(radius)).AddScaled(center, 1);
        x.copy_(where(distance.gt(limit), onBall, x));

        // What was so far away that no direction is left goes to the centre.
        x.copy_(where(x.isfinite().all(), x, center));
    }

    /// <summary>The only number in x. <c>item</c> would go through a <see cref="Scalar"/>.</summary>
    internal static T Read<T>(this Tensor x)
        where T : unmanaged
    {
        using var here = x.cpu();
        return here.data<T>()[0];
    }

    /// <summary>Copies a flat vector of 32-bit floats into the process's memory.</summary>
    internal static void CopyTo(this Tensor x, Span<float> values)
    {
        using var scope = NewDisposeScope();
        x.detach().cpu().contiguous().data<float>().CopyTo(values);
    }

    /// <summary>Refuses all but a flat vector of 32-bit floats of that length on that device.</summary>
    /// <exception cref="ArgumentException">It is something else.</exception>
    internal static void Require(this Tensor x, int count, Device device, string name)
    {
        if (x.dtype != ScalarType.Float32 || x.dim() != 1 || x.shape[0] != count || x.device_type != device.type
            || (device.index >= 0 && x.device_index != device.index))
        {
            throw new ArgumentException(
                $"{name} is a tensor [{string.Join(", ", x.shape)}] of {x.dtype} on {x.device}; " +
                $"expected [{count}] of {ScalarType.Float32} on {device}.",
                name);
        }
    }
}
