using System.Buffers;
using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>
/// Writes contexts, with or without outcome, as Vowpal Wabbit's multi-line text: shared features in the namespace <c>s</c>, those of actions
/// in <c>a</c>, named by their places, zeros left out. A task with rewards is written with costs in [0, 1], for VW knows nothing else; a
/// mask becomes a shorter list of actions.
/// </summary>
public sealed class VwTextWriter(BanditTask task)
{
    private readonly byte[][] _names = [.. task.Actions.Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>Writes one example, with the blank line behind it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="record">A context, or one with an outcome.</param>
    public void Write(IBufferWriter<byte> output, in BanditRecord record)
    {
        var context = record.Context;
        output.Write("shared "u8);
        output.WriteTag(record.Id);
        output.Write(" |s"u8);
        WriteFeatures(output, context.Shared);
        output.Write("\n"u8);
        for (var action = 0; action < context.Actions; action++)
        {
            if (context.IsAllowed(action))
            {
                WriteAction(output, record, action);
            }
        }

        output.Write("\n"u8);
    }

    private void WriteAction(IBufferWriter<byte> output, in BanditRecord record, int action)
    {
        var context = record.Context;
        if (action == record.Action)
        {
            output.Write("0:"u8);
            output.Write(task.Feedback == FeedbackKind.Cost ? record.Feedback : task.CostOf(record.Feedback));
            output.Write(":"u8);
            output.Write(record.Probability);
            output.Write(" "u8);
        }

        if (task.HasFixedActions || record.HasNames)
        {
            output.WriteTag(task.HasFixedActions ? _names[action] : record.NameOf(action));
            output.Write(" "u8);
        }

        output.Write("|a"u8);
        if (context.PerAction.IsEmpty)
        {
            // Only its number tells it apart.
            output.Write(" "u8);
            output.Write(action);
        }
        else
        {
            WriteFeatures(output, context.FeaturesOf(action));
        }

        output.Write("\n"u8);
    }

    private static void WriteFeatures(IBufferWriter<byte> output, ReadOnlySpan<float> features)
    {
        for (var i = 0; i < features.Length; i++)
        {
            if (features[i] != 0)
            {
                output.Write(" "u8);
                output.Write(i);
                output.Write(":"u8);
                output.Write(features[i]);
            }
        }
    }
}
