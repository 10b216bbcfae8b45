using TorchSharp;

namespace StreamLearn.Learners.Networks.Torch;

/// <summary>The blocks of a flat parameter tensor, as tensors of their shapes that lead back to it.</summary>
internal readonly struct TorchBlocks
{
    private readonly ParameterLayout _layout;
    private readonly torch.Tensor[] _blocks;

    internal TorchBlocks(ParameterLayout layout, torch.Tensor flat)
    {
        // One split, whose way back is one concatenation, instead of a padded sum for each block.
        _layout = layout;
        _blocks = flat.split([.. layout.Blocks.Select(block => (long)block.Length)]);
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = _blocks[i].view([.. layout.Blocks[i].Shape.Select(size => (long)size)]);
        }
    }

    internal torch.Tensor this[string name] => _blocks[_layout.Blocks.IndexOf(_layout[name])];
}
