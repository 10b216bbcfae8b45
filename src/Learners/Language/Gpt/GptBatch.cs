using StreamLearn.Learners.Networks.Torch;

namespace StreamLearn.Learners.Language.Gpt;

/// <summary>Sequences side by side, as long as the longest of them: no state, only room that is used again.</summary>
/// <param name="padding">The token at places that have none; they have no target either.</param>
internal sealed class GptBatch(int padding)
{
    private readonly List<TokenSequence> _sequences = [];
    private int[] _tokens = [];
    private int[] _targets = [];
    private float[] _losses = [];
    private float[] _weights = [];

    internal IReadOnlyList<TokenSequence> Sequences => _sequences;

    internal int Rows => _sequences.Count;

    /// <summary>Places of each row.</summary>
    internal int Places { get; private set; }

    /// <summary>[rows, places].</summary>
    internal ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Rows * Places);

    /// <summary>[rows, places].</summary>
    internal ReadOnlySpan<int> Targets => _targets.AsSpan(0, Rows * Places);

    /// <summary>[rows].</summary>
    internal Span<float> Losses => _losses.AsSpan(0, Rows);

    /// <summary>[rows].</summary>
    internal Span<float> Weights => _weights.AsSpan(0, Rows);

    internal void Add(TokenSequence sequence) => _sequences.Add(sequence);

    /// <summary>Lays the sequences out.</summary>
    internal void Fill()
    {
        Places = 0;
        foreach (var sequence in _sequences)
        {
            Places = Math.Max(Places, sequence.Length);
        }

        Reserve();
        for (var row = 0; row < Rows; row++)
        {
            var sequence = _sequences[row];
            var (start, rest) = (row * Places, Places - sequence.Length);
            sequence.Inputs.CopyTo(_tokens.AsSpan(start));
            sequence.Targets.CopyTo(_targets.AsSpan(start));
            _tokens.AsSpan(start + sequence.Length, rest).Fill(padding);
            _targets.AsSpan(start + sequence.Length, rest).Fill(TorchGpt.NoTarget);
        }
    }

    internal void Clear() => _sequences.Clear();

    /// <summary>Leaves the rows out whose loss is not finite, with their losses and weights; the others move up. To be filled again then.</summary>
    /// <param name="packer">Gets their sequences back.</param>
    internal void LeaveMaskedOut(SequencePacker packer)
    {
        var kept = 0;
        for (var row = 0; row < _sequences.Count; row++)
        {
            if (!float.IsFinite(_losses[row]))
            {
                packer.Return(_sequences[row]);
                continue;
            }

            _sequences[kept] = _sequences[row];
            _weights[kept] = _weights[row];
            _losses[kept] = _losses[row];
            kept++;
        }

        _sequences.RemoveRange(kept, _sequences.Count - kept);
    }

    private void Reserve()
    {
        if (_tokens.Length < Rows * Places)
        {
            _tokens = new int[Rows * Places];
            _targets = new int[Rows * Places];
        }

        if (_losses.Length < Rows)
        {
            _losses = new float[Rows];
            _weights = new float[Rows];
        }
    }
}
