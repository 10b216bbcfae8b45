using System.Numerics.Tensors;

namespace StreamLearn.Learners.Networks;

/// <summary>The state that a recurrent network carries from window to window.</summary>
internal static class RecurrentState
{
    /// <summary>
    /// Takes over the last states of the samples, but for those that are not finite: such a sample keeps the state that it had, or one bad
    /// input would spoil it for ever.
    /// </summary>
    /// <param name="last">[batch, <paramref name="size"/>].</param>
    /// <param name="carried">[at least batch, <paramref name="size"/>], written.</param>
    /// <returns>Whether all were taken over.</returns>
    internal static bool Carry(ReadOnlySpan<float> last, Span<float> carried, int size)
    {
        var all = true;
        for (var at = 0; at < last.Length; at += size)
        {
            var state = last.Slice(at, size);
            if (TensorPrimitives.IsFiniteAll(state))
            {
                state.CopyTo(carried[at..]);
            }
            else
            {
                all = false;
            }
        }

        return all;
    }
}
