using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Records as Kafka messages: the headers <c>sl-topic</c>, <c>sl-partition</c>, <c>sl-offset</c> and, of dead letters,
/// <c>sl-reason</c> and <c>sl-field</c>. A dead letter that is too large for the producer is cut, and <c>sl-truncated</c> has the bytes that
/// its value had: it must not stop the stream.</summary>
/// <param name="mostBytes">Bytes of key and value that fit in a message.</param>
/// <param name="batchOrigin">Where the records come from that do not say it themselves; null: they get no headers.</param>
internal sealed class OutputMessages(int mostBytes, RecordOrigin? batchOrigin)
{
    // Of the record before: the next one is mostly from there too.
    private RecordOrigin? _origin;
    private Header? _topic;
    private Header? _partition;

    /// <summary>A producer of such messages.</summary>
    /// <exception cref="KafkaSettingsException">The client does not take a setting.</exception>
    internal static IProducer<byte[]?, byte[]?> Producer(ProducerConfig config, Action<string> warn)
    {
        var warnings = new ClientWarnings(warn);
        return KafkaSettingsException.Build(() => new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetKeySerializer(NullableBytes.Instance)
            .SetValueSerializer(NullableBytes.Instance)
            .SetErrorHandler((_, error) => warnings.OnError(error))
            .SetLogHandler((_, log) => warnings.OnLog(log))
            .Build());
    }

    internal Message<byte[]?, byte[]?> Message(in OutputRecord record)
    {
        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value };
        if ((record.Origin ?? batchOrigin) is { } origin)
        {
            if (origin != _origin)
            {
                _origin = origin;
                _topic = new Header("sl-topic", Encoding.UTF8.GetBytes(origin.Topic));
                _partition = new Header("sl-partition", Text(origin.Partition));
            }

            message.Headers = new Headers { _topic, _partition, new Header("sl-offset", Text(record.SourceOffset)) };
            if (record.Reason is not null)
            {
                message.Headers.Add("sl-reason", Encoding.UTF8.GetBytes(record.Reason));
                message.Headers.Add("sl-field", Encoding.UTF8.GetBytes(record.Field ?? ""));
                Cut(message);
            }
        }

        return message;
    }

    private void Cut(Message<byte[]?, byte[]?> message)
    {
        var (key, value) = (message.Key?.Length ?? 0, message.Value?.Length ?? 0);
        if (key + value > mostBytes)
        {
            message.Key = message.Key?[..Math.Min(key, mostBytes / 2)];
            message.Value = message.Value?[..Math.Min(value, mostBytes - (message.Key?.Length ?? 0))];
            message.Headers.Add("sl-truncated", Text(value));
        }
    }

    private static byte[] Text(long number)
    {
        Span<byte> text = stackalloc byte[20];
        number.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        return text[..length].ToArray();
    }
}
