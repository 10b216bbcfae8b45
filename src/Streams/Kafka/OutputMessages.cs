using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka;

/// <summary>Records of one origin as Kafka messages: the headers <c>sl-topic</c>, <c>sl-partition</c>, <c>sl-offset</c> and, of dead
/// letters, <c>sl-reason</c> and <c>sl-field</c>.</summary>
internal readonly struct OutputMessages
{
    private readonly Header? _topic;
    private readonly Header? _partition;

    /// <param name="origin">Where the records come from; null: they get no headers.</param>
    internal OutputMessages(RecordOrigin? origin)
    {
        if (origin is not null)
        {
            _topic = new Header("sl-topic", Encoding.UTF8.GetBytes(origin.Topic));
            _partition = new Header("sl-partition", Text(origin.Partition));
        }
    }

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
        if (_topic is not null)
        {
            message.Headers = new Headers { _topic, _partition, new Header("sl-offset", Text(record.SourceOffset)) };
            if (record.Reason is not null)
            {
                message.Headers.Add("sl-reason", Encoding.UTF8.GetBytes(record.Reason));
                message.Headers.Add("sl-field", Encoding.UTF8.GetBytes(record.Field ?? ""));
            }
        }

        return message;
    }

    private static byte[] Text(long number)
    {
        Span<byte> text = stackalloc byte[20];
        number.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        return text[..length].ToArray();
    }
}
