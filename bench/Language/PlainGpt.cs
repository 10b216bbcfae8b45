using System.Runtime.CompilerServices;
using StreamLearn.Learners.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace StreamLearn.Bench.Language;

/// <summary>
/// The peer, as a user of TorchSharp would write it: a GPT of stock modules in eager mode, the stock AdamW and cross-entropy, clipping, a dispose scope for each step. Its
/// batches are tensors already: no records, no tokens to be made, no scores.
/// </summary>
internal sealed class PlainGpt : IDisposable
{
    private readonly Model _model;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor[] _tokens;
    private readonly Tensor[] _targets;

    internal PlainGpt(GptArchitecture architecture, double learningRate, IReadOnlyList<long[]> tokens, IReadOnlyList<long[]> targets, int rows)
    {
        _model = new Model(architecture);
        _optimizer = optim.AdamW(_model.parameters(), learningRate, beta2: 0.99, weight_decay: 0.01);
        _tokens = [.. tokens.Select(batch => tensor(batch, [rows, batch.Length / rows]))];
        _targets = [.. targets.Select(batch => tensor(batch, [batch.Length]))];
    }

    /// <summary>Numbers that it learns.</summary>
    internal long Parameters => _model.parameters().Sum(parameter => parameter.numel());

    /// <summary>Training steps, each on the next batch.</summary>
    /// <returns>The loss of the last one.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal float Train(int steps)
    {
        var last = 0f;
        _model.train();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var at = step % _tokens.Length;
            _optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(_model.forward(_tokens[at]), _targets[at]);
            loss.backward();
            nn.utils.clip_grad_norm_(_model.parameters(), 1);
            _optimizer.step();
            last = loss.item<float>();
        }

        return last;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        foreach (var batch in _tokens.Concat(_targets))
        {
            batch.Dispose();
        }
    }

    private sealed class Model : nn.Module<Tensor, Tensor>
    {
        private readonly Embedding _token;
        private readonly Embedding _place;
        private readonly ModuleList<Block> _blocks;
        private readonly LayerNorm _norm;

        internal Model(GptArchitecture architecture)
            : base("gpt")
        {
            _token = nn.Embedding(architecture.Vocabulary, architecture.Width);
            _place = nn.Embedding(architecture.Context, architecture.Width);
            _blocks = new ModuleList<Block>([.. Enumerable.Range(0, architecture.Layers).Select(_ => new Block(architecture))]);
            _norm = nn.LayerNorm(architecture.Width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            var x = _token.forward(tokens) + _place.forward(arange(tokens.shape[1]));
            foreach (var block in _blocks)
            {
                x = block.forward(x);
            }

            return nn.functional.linear(_norm.forward(x), _token.weight!).flatten(0, 1);
        }
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly LayerNorm _first;
        private readonly Linear _attention;
        private readonly Linear _out;
        private readonly LayerNorm _second;
        private readonly Linear _hidden;
        private readonly Linear _hiddenOut;

        internal Block(GptArchitecture architecture)
            : base("block")
        {
            var width = architecture.Width;
            _heads = architecture.Heads;
            _first = nn.LayerNorm(width);
            _attention = nn.Linear(width, 3 * width);
            _out = nn.Linear(width, width);
            _second = nn.LayerNorm(width);
            _hidden = nn.Linear(width, 4 * width);
            _hiddenOut = nn.Linear(4 * width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (rows, places, width) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = _attention.forward(_first.forward(x)).chunk(3, 2);
            var seen = nn.functional.scaled_dot_product_attention(Heads(parts[0]), Heads(parts[1]), Heads(parts[2]), is_casual: true);
            x = x + _out.forward(seen.transpose(1, 2).reshape(rows, places, width));
            return x + _hiddenOut.forward(nn.functional.gelu(_hidden.forward(_second.forward(x))));

            Tensor Heads(Tensor part) => part.view(rows, places, _heads, width / _heads).transpose(1, 2);
        }
    }
}
