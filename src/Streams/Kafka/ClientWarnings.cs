using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Passes on what a Kafka client complains of, each complaint once as long as others do not come between: a broker that is away is complained of for ever.</summary>
internal sealed class ClientWarnings(Action<string> warn)
{
    private const int Remembered = 8;

    private readonly Queue<string> _last = new();

    internal void OnError(Error error) => Pass($"Kafka: {error.Reason}");

    internal void OnLog(LogMessage log)
    {
        // These two repeat, with times in them, what comes as an error.
        if (log.Facility is not ("FAIL" or "ERROR"))
        {
            Pass($"Kafka client: {log.Message}");
        }
    }

    private void Pass(string message)
    {
        lock (_last)
        {
            if (_last.Contains(message))
            {
                return;
            }

            if (_last.Count == Remembered)
            {
                _last.Dequeue();
            }

            _last.Enqueue(message);
        }

        warn(message);
    }
}
