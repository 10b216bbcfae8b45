namespace StreamLearn.Streams.Kafka;

/// <summary>Stops a running source.</summary>
public sealed class KafkaSourceControl
{
    private readonly Action _stop;

    internal KafkaSourceControl(Action stop) => _stop = stop;

    /// <summary>Reads no more, leaves the group, and completes the source and the streams of its partitions. May be called twice.</summary>
    public void Stop() => _stop();
}
