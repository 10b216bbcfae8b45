using System.Numerics.Tensors;
using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Reweighting;

/// <summary>
/// Weighs the samples of each mini-batch by their losses: how much a learner is to learn from each. The weights are constants of the step, no gradient goes
/// through them.
/// </summary>
/// <remarks>
/// <para>With M samples, losses l and the largest less the smallest of them D: h = (2 (l - min l) - D) / max(D, 1e-6) in [-1, 1], w = softmax(f(h) / r), where the
/// strategy is f and the schedule r. Minimum and maximum are those of this batch alone. Sow, Woisetschläger, Bulusu, Wang, Jacobsen and Liang, "Dynamic
/// Loss-Based Sample Reweighting for Improved Large Language Model Pretraining", ICLR 2025.</para>
/// <para>What it writes is w times M, of mean 1: <see cref="Networks.NetworkTrainer.Learn(ReadOnlySpan{float})"/> divides by M, so the step goes down Σ w l, which has the scale
/// of a mean loss, and learning rate and clipping carry over from uniform weights.</para>
/// <para>A loss that is NaN or infinite, or of a sample with nothing to learn (say so by NaN), has the weight 0 and no part in minimum and maximum. Single-threaded; the
/// same losses give the same bits; nothing is allocated after the first batch of a size.</para>
/// </remarks>
public sealed class SampleReweighter
{
    private const string Format = "sample-reweighter";
    private const double LeastRange = 1e-6;
    private const double LogOffset = 1e-6;

    private readonly ReweightingOptions _options;

    // Workspace, no state: of the finite losses of a batch.
    private double[] _seen = [];
    private double[] _sorted = [];

    /// <param name="options">What counts more, and how much.</param>
    public SampleReweighter(ReweightingOptions options) => _options = options;

    /// <summary>Batches weighed so far: where the schedule is.</summary>
    public long Steps { get; private set; }

    /// <summary>Samples masked so far, because their loss was not finite.</summary>
    public long Masked { get; private set; }

    /// <summary>How the last batch was weighed.</summary>
    public ReweightingStep Last { get; private set; }

    /// <summary>Weighs a batch.</summary>
    /// <param name="losses">[M].</param>
    /// <param name="weights">[M], written: mean 1 over the batch where a loss is finite; else all 0, and the step is not usable.</param>
    public ReweightingStep Weigh(ReadOnlySpan<float> losses, Span<float> weights) => Weigh(losses, 0, weights);

    /// <summary>Weighs a worker's part of a batch that several workers share: each passes the losses of all, gathered in the same order, and gets its own weights. The
    /// mean of the workers' gradients is then that of the whole batch on one worker.</summary>
    /// <param name="losses">[M], of all workers.</param>
    /// <param name="from">Where this worker's samples begin.</param>
    /// <param name="weights">[own samples], written: times M, so that each worker divides by the number of its own samples, as it does without weights.</param>
    /// <exception cref="ArgumentException">The own samples are not within the batch.</exception>
    public ReweightingStep Weigh(ReadOnlySpan<float> losses, int from, Span<float> weights)
    {
        if (from < 0 || weights.Length > losses.Length - from)
        {
            throw new ArgumentException($"{weights.Length} own samples from {from} on in a batch of {losses.Length}; expected them within it.");
        }

        var temperature = _options.Strategy switch
        {
            ReweightingStrategy.Uniform => double.PositiveInfinity,
            ReweightingStrategy.TopK => double.IsInfinity(_options.Temperature.At(Steps)) ? double.PositiveInfinity : double.NaN,
            _ => _options.Temperature.At(Steps),
        };
        Steps++;
        var (finite, range) = Gather(losses);
        Masked += losses.Length - finite;
        if (finite == 0)
        {
            weights.Clear();
            return Last = new ReweightingStep(0, losses.Length, 0, 0, 0, temperature);
        }

        // Becomes w of the finite losses, up to a factor.
        var w = _seen.AsSpan(0, finite);
        if (double.IsPositiveInfinity(temperature))
        {
            w.Fill(1);
        }
        else if (_options.Strategy == ReweightingStrategy.TopK)
        {
            Choose(w);
        }
        else
        {
            Score(w);
            var top = temperature > 0 ? TensorPrimitives.Max<double>(w) : TensorPrimitives.Min<double>(w);
            TensorPrimitives.Subtract(w, top, w);
            TensorPrimitives.Divide(w, temperature, w);
            TensorPrimitives.Exp<double>(w, w);
        }

        var sum = TensorPrimitives.Sum<double>(w);
        var step = new ReweightingStep(
            finite, losses.Length - finite, sum * sum / TensorPrimitives.SumOfSquares<double>(w), TensorPrimitives.Max<double>(w) * finite / sum, range, temperature);
        Spread(losses, from, weights, w, losses.Length / sum);
        return Last = step;
    }

    /// <summary>Writes where the schedule is and what has been counted.</summary>
    public void Save(ref MessagePackWriter writer)
    {
        writer.WriteHeader(Format, 1, fields: 2 + ReweightingStep.Fields);
        writer.Write(Steps);
        writer.Write(Masked);
        Last.Save(ref writer);
    }

    /// <summary>Takes over what <see cref="Save"/> has written.</summary>
    /// <exception cref="StateFormatException">It is damaged.</exception>
    public void Load(ref MessagePackReader reader)
    {
        reader.ReadHeader(Format, 1, fields: 2 + ReweightingStep.Fields);
        Steps = reader.ReadInt64();
        Masked = reader.ReadInt64();
        StateFormat.Require(Steps >= 0 && Masked >= 0, "batches or masked samples are below zero");
        Last = ReweightingStep.Load(ref reader);
    }

    /// <summary>Takes the finite losses into the workspace, in their order.</summary>
    private (int Finite, double Range) Gather(ReadOnlySpan<float> losses)
    {
        if (_seen.Length < losses.Length)
        {
            _seen = new double[losses.Length];
        }

        var seen = _seen.AsSpan(0, losses.Length);
        if (!losses.IsEmpty && TensorPrimitives.IsFiniteAll(losses))
        {
            TensorPrimitives.ConvertTruncating(losses, seen);
            return (losses.Length, TensorPrimitives.Max<double>(seen) - TensorPrimitives.Min<double>(seen));
        }

        var finite = 0;
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var loss in losses)
        {
            if (float.IsFinite(loss))
            {
                seen[finite++] = loss;
                min = Math.Min(min, loss);
                max = Math.Max(max, loss);
            }
        }

        return (finite, finite == 0 ? 0 : max - min);
    }

    /// <summary>From losses to f(h), or to what stands for it.</summary>
    private void Score(Span<double> values)
    {
        Guard(values);
        if (_options.Strategy == ReweightingStrategy.KlDro)
        {
            return;
        }

        var min = TensorPrimitives.Min<double>(values);
        var range = TensorPrimitives.Max<double>(values) - min;

        // Less the minimum first: with the two terms of the paper's form a small range would be lost in rounding.
        var scale = 1 / Math.Max(range, LeastRange);
        TensorPrimitives.Subtract(values, min, values);
        TensorPrimitives.Multiply(values, 2 * scale, values);
        TensorPrimitives.Add(values, -range * scale, values);
        switch (_options.Strategy)
        {
            case ReweightingStrategy.LinUpper:
                TensorPrimitives.Add(values, 1, values);
                TensorPrimitives.Min(values, 1, values);
                break;
            case ReweightingStrategy.Quadratic:
                TensorPrimitives.Multiply(values, values, values);
                TensorPrimitives.Subtract(1, values, values);
                break;
            default:
                TensorPrimitives.Abs<double>(values, values);
                break;
        }
    }

    private void Guard(Span<double> values)
    {
        switch (_options.Guard)
        {
            case LossGuard.Log:
                TensorPrimitives.Max(values, 0, values);
                TensorPrimitives.Add(values, LogOffset, values);
                TensorPrimitives.Log<double>(values, values);
                break;
            case LossGuard.Clip:
                TensorPrimitives.Min(values, Largest(values, (int)Math.Ceiling(_options.ClipPercentile * values.Length)), values);
                break;
            default:
                break;
        }
    }

    /// <summary>1 for the share of the highest losses, those that equal the last of them included; else 0.</summary>
    private void Choose(Span<double> values)
    {
        Guard(values);
        var chosen = (int)Math.Ceiling(_options.TopShare * values.Length);
        var bound = Largest(values, values.Length - chosen + 1);
        foreach (ref var value in values)
        {
            value = value >= bound ? 1 : 0;
        }
    }

    /// <summary>The value of a rank, from 1, in ascending order.</summary>
    private double Largest(ReadOnlySpan<double> values, int rank)
    {
        if (_sorted.Length < values.Length)
        {
            _sorted = new double[values.Length];
        }

        var sorted = _sorted.AsSpan(0, values.Length);
        values.CopyTo(sorted);
        sorted.Sort();
        return sorted[Math.Clamp(rank, 1, sorted.Length) - 1];
    }

    /// <summary>Gives the own samples their weights.</summary>
    /// <param name="losses">Of the whole batch.</param>
    /// <param name="from">Where the own samples begin.</param>
    /// <param name="weights">Of those, written.</param>
    /// <param name="w">Of the finite losses of the batch.</param>
    /// <param name="scale">By which they are multiplied.</param>
    private static void Spread(ReadOnlySpan<float> losses, int from, Span<float> weights, Span<double> w, double scale)
    {
        TensorPrimitives.Multiply(w, scale, w);
        if (w.Length == losses.Length)
        {
            TensorPrimitives.ConvertTruncating<double, float>(w.Slice(from, weights.Length), weights);
            return;
        }

        var next = 0;
        for (var i = 0; i < from + weights.Length; i++)
        {
            var isFinite = float.IsFinite(losses[i]);
            if (i >= from)
            {
                weights[i - from] = isFinite ? (float)w[next] : 0;
            }

            next += isFinite ? 1 : 0;
        }
    }
}
