using System.Runtime.InteropServices;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Torch;
using static TorchSharp.torch;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>A <see cref="GptArchitecture"/> on Torch. A row is a sequence of tokens; its loss is the mean cross-entropy of those of its places that have a target.</summary>
/// <remarks>
/// One training step, in which the weights may depend on the losses: <code> network.Forward(tokens, targets, rows, places); network.CopyLosses(losses);
/// network.BackwardLosses(weights); StepOutcome outcome = updater.Apply();
/// </code>
/// Of the forward pass one number for each row comes back, of the way back none; both are once over the batch.
/// </remarks>
public sealed class TorchGpt : TorchNetwork
{
    /// <summary>A place without a target: it takes no part in the loss.</summary>
    public const int NoTarget = -100;

    private readonly TorchGptModule _module;
    private readonly GptArchitecture _architecture;
    private long[] _wide = [];
    private float[] _shares = [];
    private int _lossRows;
    private Tensor? _losses;

    /// <param name="architecture">What it computes.</param>
    /// <param name="seed">Of the initial parameters, which are the same on every device.</param>
    /// <param name="cuda">Whether on a GPU.</param>
    /// <param name="gpu">Which one, by Torch's number.</param>
    public TorchGpt(GptArchitecture architecture, ulong seed, bool cuda = false, int gpu = 0)
        : base(architecture, DeviceOf(cuda, gpu), seed)
    {
        _architecture = architecture;
        _module = new TorchGptModule(architecture, Flat);
    }

    /// <summary>Logits of all places, kept for going back from them: <see cref="TorchNetwork.Logits"/> [rows * places, vocabulary].</summary>
    /// <param name="tokens">[rows, places], each from 0 to the vocabulary less 1.</param>
    /// <param name="rows">Sequences, at least 1.</param>
    /// <param name="places">Tokens of each, from 1 to the context.</param>
    public void Forward(ReadOnlySpan<int> tokens, int rows, int places)
    {
        RequireTokens(tokens, rows, places);
        ForgetLosses();
        using var scope = NewDisposeScope();
        using var tracked = enable_grad();
        Finish(_module.call(Whole(tokens, rows, places)), rows * places, keep: true);
    }

    /// <summary>The losses of rows, kept for going back from them.</summary>
    /// <param name="tokens">[rows, places], each from 0 to the vocabulary less 1; in a place without a target any of these.</param>
    /// <param name="targets">[rows, places]: the token that is to come, or <see cref="NoTarget"/>.</param>
    /// <param name="rows">Sequences, at least 1.</param>
    /// <param name="places">Tokens of each, from 1 to the context.</param>
    public void Forward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, int rows, int places)
    {
        using var tracked = enable_grad();
        BeginPass();
        using var scope = NewDisposeScope();
        _losses = LossesOf(tokens, targets, rows, places).MoveToOuterDisposeScope().DetachFromDisposeScope();
        _lossRows = rows;
    }

    /// <summary>The losses of rows, of which nothing is kept, nor of the forward pass before.</summary>
    /// <inheritdoc cref="Forward(ReadOnlySpan{int}, ReadOnlySpan{int}, int, int)"/>
    /// <param name="losses">[rows], written: nats a target; NaN for a row without one.</param>
    public void Evaluate(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, int rows, int places, Span<float> losses)
    {
        Shapes.Require(nameof(losses), losses.Length, rows);
        BeginPass();
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Read(LossesOf(tokens, targets, rows, places), losses);
        MarkEmpty(losses);
    }

    /// <summary>The losses of the last forward pass.</summary>
    /// <param name="losses">[rows], written: nats a target; NaN for a row without one.</param>
    public void CopyLosses(Span<float> losses)
    {
        Shapes.Require(nameof(losses), losses.Length, _lossRows);
        using var off = no_grad();
        Read(_losses ?? throw new InvalidOperationException(UpdaterMessages.NothingKept), losses);
        MarkEmpty(losses);
    }

    /// <summary>Goes back from the losses of the last forward pass, once: the flat gradient becomes that of Σ weights · losses.</summary>
    /// <param name="weights">[rows], finite. A row of weight 0 takes no part, if its loss is finite: 0 times NaN is NaN.</param>
    public void BackwardLosses(ReadOnlySpan<float> weights)
    {
        using var losses = _losses ?? throw new InvalidOperationException(UpdaterMessages.NothingKept);
        Shapes.Require(nameof(weights), weights.Length, _lossRows);
        _losses = null;
        using var scope = NewDisposeScope();
        GoBack(losses, Matrix(weights, _lossRows));
    }

    /// <summary>Forgets the last forward pass: there is nothing to go back through.</summary>
    public void Forget() => ForgetPass();

    private protected override void ForgetPass()
    {
        base.ForgetPass();
        ForgetLosses();
    }

    private protected override void Dispose(bool disposing)
    {
        ForgetLosses();
        _module.Dispose();
        base.Dispose(disposing);
    }

    private void ForgetLosses()
    {
        _losses?.Dispose();
        _losses = null;
    }

    private Tensor LossesOf(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets, int rows, int places)
    {
        RequireTokens(tokens, rows, places);
        Shapes.Require(nameof(targets), targets.Length, rows, places);
        var shares = Shares(targets, rows, places);
        var logits = _module.call(Whole(tokens, rows, places));
        var each = nn.functional.cross_entropy(logits, Whole(targets, rows, places).flatten(), ignore_index: NoTarget, reduction: nn.Reduction.None);
        return each.view(rows, places).sum(1) * Matrix(shares, rows);
    }

    private void MarkEmpty(Span<float> losses)
    {
        for (var row = 0; row < losses.Length; row++)
        {
            losses[row] = _shares[row] == 0 ? float.NaN : losses[row];
        }
    }

    /// <summary>For each row 1 over the number of its targets; 0 where there is none.</summary>
    private ReadOnlySpan<float> Shares(ReadOnlySpan<int> targets, int rows, int places)
    {
        if (_shares.Length < rows)
        {
            _shares = new float[rows];
        }

        for (var row = 0; row < rows; row++)
        {
            var active = 0;
            foreach (var target in targets.Slice(row * places, places))
            {
                if (target != NoTarget)
                {
                    Shapes.RequireIndex(nameof(targets), target, _architecture.Vocabulary);
                    active++;
                }
            }

            _shares[row] = active == 0 ? 0 : 1f / active;
        }

        return _shares.AsSpan(0, rows);
    }

    private void RequireTokens(ReadOnlySpan<int> tokens, int rows, int places)
    {
        Shapes.RequireRange(nameof(places), places, _architecture.Context);
        Shapes.Require(nameof(tokens), tokens.Length, rows, places);
        foreach (var token in tokens)
        {
            Shapes.RequireIndex(nameof(tokens), token, _architecture.Vocabulary);
        }
    }

    /// <summary>Whole numbers as Torch wants them for places: 64 bits.</summary>
    private Tensor Whole(ReadOnlySpan<int> values, int rows, int places)
    {
        if (_wide.Length < values.Length)
        {
            _wide = new long[values.Length];
        }

        for (var i = 0; i < values.Length; i++)
        {
            _wide[i] = values[i];
        }

        var host = empty([rows, places], ScalarType.Int64);
        _wide.AsSpan(0, values.Length).CopyTo(MemoryMarshal.Cast<byte, long>(host.bytes));
        return TorchDevice.type == TorchSharp.DeviceType.CPU ? host : host.to(TorchDevice);
    }
}
