using System.Buffers;
using MessagePack;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Supervised;
using StreamLearn.Learners.Tests.Conformance;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>The state of one learner.</summary>
internal static class LearnerState
{
    internal static byte[] Save(ISupervisedLearner learner)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    internal static void Load(ISupervisedLearner learner, byte[] state)
    {
        var reader = new MessagePackReader(state);
        learner.Load(ref reader);
        StateFormat.Require(reader.End, "it goes on");
    }

    /// <summary>Its numbers, but for the temperature of a batch that was weighted uniformly, which is infinite.</summary>
    internal static IEnumerable<double> Numbers(byte[] state) => StoredState.Numbers(state).Where(number => !double.IsPositiveInfinity(number));
}
