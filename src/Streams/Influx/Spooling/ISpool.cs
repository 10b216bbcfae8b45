using StreamLearn.Streams.Influx.Lines;

namespace StreamLearn.Streams.Influx.Spooling;

/// <summary>Batches of lines that wait somewhere that survives the process, in the order in which they came.</summary>
internal interface ISpool : IDisposable
{
    /// <summary>Bytes that are used.</summary>
    long Bytes { get; }

    /// <summary>Points that wait.</summary>
    long Points { get; }

    /// <summary>Whether nothing waits.</summary>
    bool IsEmpty { get; }

    /// <summary>Changes whenever another record has become the first one: who has looked at one can tell whether it is still there.</summary>
    long Head { get; }

    /// <summary>Adds a batch at the end. Where there is no room, the oldest ones go first.</summary>
    /// <returns>Null; else why it could not be written.</returns>
    string? Append(LineBatch batch);

    /// <summary>Adds batches before all others, the oldest of them first.</summary>
    /// <returns>Null; else why they could not be written: none of them is there then.</returns>
    string? PutBack(IReadOnlyList<LineBatch> batches);

    /// <summary>The oldest batch, which stays where it is; null: there is none. Damaged ones are passed over.</summary>
    LineBatch? Peek();

    /// <summary>The oldest batch is done with.</summary>
    void Advance();
}
