using StreamLearn.Learners.Torch;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StreamLearn.Learners.Losses.Torch;

/// <summary>
/// The losses as parts of a Torch graph, for those who need more of it than a gradient (the curvature, say), and as an independent
/// computation to test the others against. Differentiable twice and, like all Torch, allocating.
/// </summary>
internal static class TorchLosses
{
    /// <summary>
    /// The same losses as those of <see cref="Loss.Evaluate"/>; by autograd also the same gradients, those of adaptive losses with their
    /// parameter held. Targets are not checked, and what comes of NaN or infinite numbers may differ.
    /// </summary>
    /// <remarks>
    /// The gradient by the predictions is a constant for a loss of straight pieces (<see cref="PinballLoss"/>): it may then require no
    /// gradient itself, and differentiating it again be an error.
    /// </remarks>
    /// <param name="loss">The loss.</param>
    /// <param name="predictions">[samples, outputs], float or double.</param>
    /// <param name="targets">[samples, <see cref="Loss.TargetWidth"/>], of any type.</param>
    /// <returns>[samples], of the type of the predictions, in the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="NotSupportedException">There is no Torch form of the loss.</exception>
    internal static Tensor PerSample(Loss loss, Tensor predictions, Tensor targets)
    {
        RequireShapes(loss, predictions, targets);
        using var scope = NewDisposeScope();
        var y = targets.to_type(predictions.dtype);
        var losses = loss switch
        {
            SquaredLoss => functional.mse_loss(predictions, y, Reduction.None).mean([1]).Times(0.5),
            HuberLoss huber => functional.huber_loss(predictions, y, huber.Delta, Reduction.None).mean([1]),
            PinballLoss pinball => Pinball(predictions, y, pinball),
            LogisticLoss => functional.binary_cross_entropy_with_logits(predictions, y, reduction: Reduction.None).mean([1]),
            CrossEntropyLoss crossEntropy => NegativeLogLikelihood(predictions.Over(crossEntropy.Temperature), targets),
            CompSumLoss compSum => CompSum(predictions, targets, compSum.Tau),
            LabelDistributionallyRobustLoss robust =>
                LabelDistributionallyRobust(
                    predictions, targets, tensor([robust.Lambda], predictions.dtype, predictions.device).view(1, 1), robust.Margin),
            AdaptiveLabelDistributionallyRobustLoss adaptive => AdaptiveLabelDistributionallyRobust(predictions, targets, adaptive),
            _ => throw new NotSupportedException($"There is no Torch form of the loss '{loss.Kind}'."),
        };
        return losses.MoveToOuterDisposeScope();
    }

    private static void RequireShapes(Loss loss, Tensor predictions, Tensor targets)
    {
        if (predictions.dim() != 2)
        {
            throw new ArgumentException(
                $"Predictions have the shape [{string.Join(", ", predictions.shape)}]; expected [samples, outputs].", nameof(predictions));
        }

        long[] expected = [predictions.shape[0], loss.TargetWidth((int)predictions.shape[1])];
        if (!targets.shape.AsSpan().SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"Targets have the shape [{string.Join(", ", targets.shape)}]; expected [{string.Join(", ", expected)}].", nameof(targets));
        }
    }

    /// <summary>By relu, whose slope at 0 is 0: at the kink the subgradient is that of <see cref="PinballLoss"/>.</summary>
    private static Tensor Pinball(Tensor predictions, Tensor targets, PinballLoss loss)
    {
        var levels = tensor(loss.Levels.AsSpan().ToArray(), dtype: predictions.dtype, device: predictions.device);
        var residuals = targets.unsqueeze(-1) - predictions.reshape(targets.shape[0], targets.shape[1], loss.Levels.Length);
        return (levels * functional.relu(residuals)).Plus((-levels).Plus(1) * functional.relu(-residuals)).mean([1, 2]);
    }

    private static Tensor NegativeLogLikelihood(Tensor logits, Tensor labels) =>
        -functional.log_softmax(logits, -1).gather(1, labels.to_type(ScalarType.Int64)).squeeze(1);

    private static Tensor CompSum(Tensor logits, Tensor labels, double tau)
    {
        var negativeLog = NegativeLogLikelihood(logits, labels);
        return tau == 1 ? negativeLog : negativeLog.Times(1 - tau).expm1().Over(1 - tau);
    }

    /// <param name="logits">[samples, classes].</param>
    /// <param name="labels">[samples, 1].</param>
    /// <param name="lambda">[samples, 1] or [1, 1].</param>
    /// <param name="margin">One for all.</param>
    private static Tensor LabelDistributionallyRobust(Tensor logits, Tensor labels, Tensor lambda, double margin)
    {
        var index = labels.to_type(ScalarType.Int64);
        var classes = logits.shape[1];
        var margins = (-functional.one_hot(index.squeeze(1), classes).to_type(logits.dtype)).Plus(1).Times(margin);
        var differences = logits.Plus(margins) - logits.gather(1, index);
        return (lambda * ((differences / lambda).logsumexp(1, keepdim: true).Plus(-Math.Log(classes)))).squeeze(1);
    }

    private static Tensor AdaptiveLabelDistributionallyRobust(
        Tensor logits, Tensor labels, AdaptiveLabelDistributionallyRobustLoss loss)
    {
        var most = Math.Log(logits.shape[1]);
        var logProbabilities = functional.log_softmax(logits.detach().Over(loss.Lambda0), -1);
        var divergence = (logProbabilities.exp() * logProbabilities.Plus(most)).sum(1, keepdim: true);
        var lambda = divergence.Times(-loss.Lambda0 / (loss.Alpha * most)).Plus(loss.Lambda0);
        var price = loss.Alpha * most / (2 * loss.Lambda0);
        var change = lambda.Plus(-loss.Lambda0);
        return LabelDistributionallyRobust(logits, labels, lambda, loss.Margin) - (change * change).Times(price).squeeze(1);
    }
}
