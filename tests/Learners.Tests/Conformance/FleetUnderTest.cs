using System.Buffers;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>A fleet as the suite drives it: examples in, predictions and bytes of state out.</summary>
internal abstract class FleetUnderTest
{
    internal abstract int Keys { get; }

    internal abstract int PredictionWidth { get; }

    internal abstract void Process(ExampleBatch examples, int from, PredictionBatch predictions);

    internal PredictionBatch Process(ExampleBatch examples)
    {
        var predictions = PredictionBatch.Allocate(examples.Count, PredictionWidth);
        Process(examples, 0, predictions);
        return predictions;
    }

    internal byte[] Save()
    {
        var buffer = new ArrayBufferWriter<byte>();
        Save(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    protected abstract void Save(IBufferWriter<byte> destination);
}
