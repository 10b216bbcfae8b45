namespace StreamLearn.Streams.Events;

/// <summary>The record that a copy in the topic <c>&lt;pipeline&gt;.events</c> was made from.</summary>
/// <param name="Source">Which of the pipeline's sources, by its place in the configuration.</param>
/// <param name="Partition">Partition of the source's topic; -1: none, the record is no copy.</param>
/// <param name="Offset">Its offset there.</param>
public readonly record struct EventOrigin(byte Source, int Partition, long Offset)
{
    /// <summary>The source of records that are no copies of a pipeline's sources, but averages of its replicas; no pipeline has so many sources. Partition 0,
    /// and the offset of the contribution that closed the average's group.</summary>
    public const byte Averages = byte.MaxValue;

    /// <summary>The source of records that are no copies either, but have been asked for over HTTP: this topic is the first that they are in. Partition: which of the
    /// pipeline's sources they are read as. Offset 0: each is one of its own, and none is a repeat of another.</summary>
    public const byte Requests = 254;

    /// <summary>Which of the pipeline's sources the record is read as, by its place in the configuration.</summary>
    public int ReadAs => Source == Requests ? Partition : Source;
    /// <summary>The source of records that are no copies either, but words of operators (<see cref="Learners.Control.ControlRecord"/>). Partition 0 and offset 0: they are
    /// not told from each other, for to hear one twice is to hear it once.</summary>
    public const byte Controls = 253;

    /// <summary>Of a record in the events topic that is no copy: its envelope cannot be read.</summary>
    public static readonly EventOrigin None = new(0, -1, -1);
}
