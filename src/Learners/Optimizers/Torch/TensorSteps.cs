using TorchSharp;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Optimizers.Torch;

/// <summary>
/// In-place arithmetic with numbers whose native part is freed at once: left to the collector, there would be several for each step.
/// </summary>
internal static class TensorSteps
{
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
        return x.add_(scalar);
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

    /// <summary>x ← x to the power.</summary>
    internal static Tensor Raise(this Tensor x, double power)
    {
        using Scalar scalar = power;
        return x.pow_(scalar);
    }

    /// <summary>1 / x for a single number on the device, times a factor.</summary>
    internal static Tensor Reciprocal(this Tensor x, double factor) => x.reciprocal().Multiply(factor);

    /// <summary>|x|² as a single number in double precision, on the device.</summary>
    internal static Tensor SquaredNorm(this Tensor x) => x.norm().to(ScalarType.Float64).square();

    /// <summary>
    /// Moves x back onto the ball of that radius if it lies outside: c + (x - c) min(1, r / |x - c|). Decided on the device; what lies
    /// inside stays, to the bit. To be called in a dispose scope.
    /// </summary>
    internal static void Project(this Tensor x, Tensor center, double radius)
    {
        using Scalar limit = radius;
        var away = x - center;
        var distance = away.norm();
        x.copy_(where(distance.gt(limit), center + (away * distance.Reciprocal(radius)), x));
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
