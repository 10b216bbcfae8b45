using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Losses.Torch;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Tests.Networks;

/// <summary>
/// The training objective of a tanh network in double precision, with its gradient by Torch's autograd: an oracle for steps.
/// </summary>
internal sealed class DoubleNetwork(MlpArchitecture architecture, Loss loss)
{
    /// <summary>(1/n) Σ weight · loss, differentiated by the flat parameter vector.</summary>
    internal double[] Gradient(double[] parameters, float[] inputs, float[] targets, float[] weights)
    {
        using var scope = NewDisposeScope();
        var flat = tensor(parameters).requires_grad_();
        var rows = weights.Length;
        var x = tensor(inputs, dtype: ScalarType.Float64).view(rows, architecture.Inputs);
        for (var layer = 0; layer < architecture.Hidden.Length; layer++)
        {
            x = x.mm(Block(flat, $"layers.{layer}.weight")).Plus(Block(flat, $"layers.{layer}.bias")).tanh();
        }

        var logits = x.mm(Block(flat, "head.weight")).Plus(Block(flat, "head.bias"));
        var predictions = (loss.Input, architecture.Head) switch
        {
            (LossInput.Outputs, Head.Sigmoid) => logits.sigmoid(),
            (LossInput.Outputs, Head.Softmax) => nn.functional.softmax(logits, 1),
            _ => logits,
        };
        var total = TorchLosses.PerSample(loss, predictions, tensor(targets, dtype: ScalarType.Float64).view(rows, -1))
            .mul(tensor(weights, dtype: ScalarType.Float64)).sum().Over(rows);
        return autograd.grad([total], [flat])[0].data<double>().ToArray();
    }

    /// <summary>H z by central differences of the gradient.</summary>
    internal double[] HessianTimes(double[] probe, double[] parameters, float[] inputs, float[] targets, float[] weights)
    {
        const double Step = 1e-5;
        var above = Gradient([.. parameters.Select((value, i) => value + (Step * probe[i]))], inputs, targets, weights);
        var below = Gradient([.. parameters.Select((value, i) => value - (Step * probe[i]))], inputs, targets, weights);
        return [.. above.Zip(below, (a, b) => (a - b) / (2 * Step))];
    }

    private Tensor Block(Tensor flat, string name)
    {
        var block = architecture.Layout[name];
        return flat.narrow(0, block.Offset, block.Length).view([.. block.Shape.Select(size => (long)size)]);
    }
}
