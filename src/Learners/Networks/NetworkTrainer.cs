using StreamLearn.Learners.Losses;
using StreamLearn.Learners.Networks.Torch;
using StreamLearn.Learners.Optimizers;

namespace StreamLearn.Learners.Networks;

/// <summary>
/// One online training step on a network, in two halves: the losses of the samples first, then the step with whatever weights the samples
/// are given. The same on both backends.
/// </summary>
/// <remarks>
/// <code> var trainer = new NetworkTrainer(network, new SquaredLoss(), new UpdateOptions { Optimizer = new AdamOptions() });
/// network.Forward(inputs, batch); ReadOnlySpan&lt;float&gt; losses = trainer.Evaluate(targets); StepOutcome outcome = trainer.Learn();    
/// // or Learn(weights), computed from the losses
/// </code>
/// The step goes down the gradient of (1/n) Σ weight(s) · loss(s), n being the number of samples; without weights, of the mean loss. Nothing
/// is allocated after the first step of a size on the CPU.
/// </remarks>
public sealed class NetworkTrainer : IDisposable
{
    private readonly INetwork _network;
    private readonly Loss _loss;
    private readonly int _targetWidth;
    private float[] _losses = [];
    private float[] _gradient = [];
    private float[] _weights = [];
    private float[] _targets = [];
    private int _rows;
    private int _from;
    private long _pass;

    /// <param name="network">What learns.</param>
    /// <param name="loss">What it makes small.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">The loss does not fit the network's outputs or head.</exception>
    public NetworkTrainer(INetwork network, Loss loss, UpdateOptions options)
    {
        RequireFit(loss, network.Architecture.Head);
        _network = network;
        _loss = loss;
        _targetWidth = loss.TargetWidth(network.Architecture.Outputs);
        Updater = network.CreateUpdater(options);
    }

    /// <summary>What applies the gradient: learning rate, reset, state.</summary>
    public INetworkUpdater Updater { get; }

    /// <summary>The losses of the samples, [rows], from <see cref="Evaluate"/> until they are learned from.</summary>
    public ReadOnlySpan<float> Losses => _losses.AsSpan(_from, _rows - _from);

    /// <summary>The loss of each row of the network's last forward pass.</summary>
    /// <param name="targets">[rows, target width of the loss].</param>
    /// <param name="from">
    /// The first row that is meant by rows, here and in <see cref="Learn(ReadOnlySpan{float})"/>: those before take no part, as if their weight
    /// were 0. What a window of which only the end has targets needs.
    /// </param>
    /// <returns>[rows]; not finite where a prediction or a target is not.</returns>
    public ReadOnlySpan<float> Evaluate(ReadOnlySpan<float> targets, int from = 0)
    {
        var (rows, outputs) = (_network.Rows, _network.Architecture.Outputs);
        if (rows == 0)
        {
            throw new InvalidOperationException("The network has no forward pass to evaluate.");
        }

        Shapes.RequireIndex(nameof(from), from, rows);
        Shapes.Require(nameof(targets), targets.Length, rows - from, _targetWidth);
        Reserve(rows, outputs);
        _rows = 0;
        _from = 0;
        _targets.AsSpan(0, from * _targetWidth).Clear();
        targets.CopyTo(_targets.AsSpan(from * _targetWidth));
        var predictions = _loss.Input == LossInput.Logits ? _network.Logits : _network.Outputs;
        _gradient.AsSpan(0, from * outputs).Clear();
        _loss.Evaluate(
            predictions[(from * outputs)..], targets, outputs, _losses.AsSpan(from, rows - from),
            _gradient.AsSpan(from * outputs, (rows - from) * outputs));
        _rows = rows;
        _from = from;
        _pass = _network.Passes;
        return Losses;
    }

    /// <summary>Takes the step down the weighted losses that <see cref="Evaluate"/> has computed; once for each of its calls.</summary>
    /// <param name="weights">
    /// [rows], finite; empty: all 1. A sample of weight 0 takes no part, whatever its loss is; its inputs are to be finite all the same.
    /// </param>
    /// <returns>Refused where the loss of a sample with a weight, or the gradient, is not finite: nothing has changed.</returns>
    public StepOutcome Learn(ReadOnlySpan<float> weights = default)
    {
        if (_rows == 0)
        {
            throw new InvalidOperationException("There are no losses to learn from: evaluate first.");
        }

        if (_pass != _network.Passes)
        {
            throw new InvalidOperationException("The network has gone forward since its losses were evaluated: evaluate again.");
        }

        var rows = _rows;
        if (!weights.IsEmpty)
        {
            Shapes.Require(nameof(weights), weights.Length, rows - _from);
        }

        var from = _from;
        _rows = 0;
        _from = 0;
        _weights.AsSpan(0, from).Clear();
        var outputs = _network.Architecture.Outputs;
        for (var row = from; row < rows; row++)
        {
            var weight = (weights.IsEmpty ? 1 : weights[row - from]) / rows;
            _weights[row] = weight;
            var gradient = _gradient.AsSpan(row * outputs, outputs);
            if (weight == 0)
            {
                // The target too: going back twice evaluates the loss again, where 0 times NaN would be NaN.
                gradient.Clear();
                _targets.AsSpan(row * _targetWidth, _targetWidth).Clear();
            }
            else if (float.IsFinite(_losses[row] * weight))
            {
                foreach (ref var value in gradient)
                {
                    value *= weight;
                }
            }
            else
            {
                return StepOutcome.NonFiniteLoss;
            }
        }

        if (Updater is TorchUpdater { NeedsCurvature: true } torch)
        {
            torch.BackwardTwice(_loss, _targets.AsSpan(0, rows * _targetWidth), _weights.AsSpan(0, rows));
        }
        else if (_loss.Input == LossInput.Logits)
        {
            _network.Backward(_gradient.AsSpan(0, rows * outputs));
        }
        else
        {
            _network.BackwardOutputs(_gradient.AsSpan(0, rows * outputs));
        }

        return Updater.Apply();
    }

    /// <summary>Both halves, for those who need no weights that depend on the losses.</summary>
    public StepOutcome Learn(ReadOnlySpan<float> targets, ReadOnlySpan<float> weights)
    {
        Evaluate(targets);
        return Learn(weights);
    }

    /// <summary>Frees the updater; the network is its owner's.</summary>
    public void Dispose() => Updater.Dispose();

    private static void RequireFit(Loss loss, Head head)
    {
        var fits = loss switch
        {
            LogisticLoss => head != Head.Softmax,
            LabelLoss => head != Head.Sigmoid,
            _ => true,
        };
        if (!fits)
        {
            throw new ArgumentException(
                $"The loss {loss.Kind} has a {(loss is LogisticLoss ? "sigmoid" : "softmax")} within it; " +
                $"expected that head or a linear one, not {head}.");
        }
    }

    private void Reserve(int rows, int outputs)
    {
        if (_losses.Length < rows)
        {
            _losses = new float[rows];
            _weights = new float[rows];
            _gradient = new float[rows * outputs];
            _targets = new float[rows * _targetWidth];
        }
    }
}
