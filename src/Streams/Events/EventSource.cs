using StreamLearn.Streams.Codecs;

namespace StreamLearn.Streams.Events;

/// <summary>One of the topics whose records a pipeline learns from by way of their copies.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Decoder">Decoder of its records, for one stream as all are.</param>
public sealed record EventSource(string Topic, IRecordDecoder Decoder);
