using MessagePack;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Normalization;

namespace StreamLearn.Learners.Bandits.Regression;

/// <summary>
/// From contexts to a model's inputs: with actions that are told apart by their number, action a is block a of as many, and its inputs are
/// the shared features; otherwise there is one block, and the inputs are shared and own features one after the other. After them an input
/// that is always 1, where asked for.
/// </summary>
/// <remarks>Statistics of own features are of those of all actions that come in a context.</remarks>
internal sealed unsafe class BanditInputs
{
    private readonly InputNormalizer _shared;
    private readonly InputNormalizer _own;
    private readonly PinnedFloats _inputs;

    internal BanditInputs(BanditTask task, NormalizationKind normalization, double clip, bool constant)
    {
        UsesBlocks = task.UsesBlocks;
        Blocks = UsesBlocks ? task.Actions.Count : 1;
        _shared = new InputNormalizer(normalization, task.SharedFeatures, clip);
        _own = new InputNormalizer(normalization, UsesBlocks ? 0 : task.ActionFeatures, clip);
        SharedCount = task.SharedFeatures;
        Features = _shared.Features + _own.Features;
        Count = Math.Max(1, Features + (constant ? 1 : 0));
        _inputs = new PinnedFloats(BlockShape.Padded(Count));
        if (constant || Features == 0)
        {
            _inputs.Span[Features] = 1;
        }
    }

    /// <summary>Whether each action is a block.</summary>
    internal bool UsesBlocks { get; }

    /// <summary>How many blocks there are.</summary>
    internal int Blocks { get; }

    /// <summary>Shared features.</summary>
    internal int SharedCount { get; }

    /// <summary>Shared and own features.</summary>
    internal int Features { get; }

    /// <summary>Inputs of the model.</summary>
    internal int Count { get; }

    /// <summary>[<see cref="Count"/>], padded with zeros: the last ones that were written.</summary>
    internal float* Pointer => _inputs.Pointer;

    /// <summary>The inputs that were written last, [<see cref="Count"/>].</summary>
    internal ReadOnlySpan<float> Written => _inputs.Span[..Count];

    /// <summary>The block of an action.</summary>
    internal int BlockOf(int action) => UsesBlocks ? action : 0;

    /// <summary>An action's own features, as far as they go in.</summary>
    internal ReadOnlySpan<float> OwnOf(in BanditContext context, int action) => UsesBlocks ? [] : context.FeaturesOf(action);

    /// <summary>Takes a context into the statistics.</summary>
    internal void Observe(in BanditContext context)
    {
        _shared.Observe(context.Shared);
        for (var action = 0; !UsesBlocks && action < context.Actions; action++)
        {
            _own.Observe(context.FeaturesOf(action));
        }
    }

    /// <summary>Writes the inputs of the shared features.</summary>
    internal void WriteShared(ReadOnlySpan<float> shared)
    {
        _shared.Apply(shared, Pointer);
        GC.KeepAlive(this);
    }

    /// <summary>Writes those of an action's own.</summary>
    internal void WriteOwn(ReadOnlySpan<float> own)
    {
        _own.Apply(own, Pointer + SharedCount);
        GC.KeepAlive(this);
    }

    internal void Save(ref MessagePackWriter writer)
    {
        _shared.Save(ref writer);
        _own.Save(ref writer);
    }

    internal void Load(ref MessagePackReader reader)
    {
        _shared.Load(ref reader);
        _own.Load(ref reader);
    }
}
