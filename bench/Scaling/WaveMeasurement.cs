namespace StreamLearn.Bench.Scaling;

/// <summary>What a cluster has taken for a wave of records, from the first one sent to the last prediction on its topic.</summary>
/// <param name="ProcessorSeconds">User and system time of all learner processes.</param>
/// <param name="Seconds">Time meanwhile.</param>
/// <param name="Records">Records in the wave.</param>
/// <param name="Messages">Messages of ingests and buckets that have gone to another process.</param>
/// <param name="MessageBytes">Their bytes, as serialised.</param>
/// <param name="SocketBytes">All bytes that the cluster ports have sent; null: unknown.</param>
internal sealed record WaveMeasurement(
    double ProcessorSeconds, double Seconds, int Records, long Messages, long MessageBytes, long? SocketBytes)
{
    internal double ProcessorSecondsPerMillion => ProcessorSeconds * 1e6 / Records;

    internal double RecordsPerSecond => Records / Seconds;

    internal double MessagesPerMillion => Messages * 1e6 / Records;

    internal double MessageBytesPerMillion => MessageBytes * 1e6 / Records;

    internal double? SocketBytesPerMillion => SocketBytes * 1e6 / Records;
}
