using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Confluent.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>The outputs of the records of a topic, by the place that their headers name: one number for each record. Pure.</summary>
/// <param name="topic">The records' topic.</param>
/// <param name="most">Records that a partition has at most.</param>
internal sealed class OutputTally(string topic, int most)
{
    // Of an output its hash at its record's offset, 0: there is none.
    private readonly List<ulong>[] _outputs = [.. Enumerable.Range(0, DrillStage.Partitions).Select(_ => new List<ulong>())];

    /// <summary>Outputs that were written again.</summary>
    internal long Repeated { get; private set; }

    /// <summary>Outputs that were written again and do not say the same.</summary>
    internal long Unequal { get; private set; }

    /// <summary>Records that have an output.</summary>
    internal long Answered { get; private set; }

    /// <summary>Offset behind the last record of a partition that has an output.</summary>
    internal int End(int partition) => _outputs[partition].Count;

    /// <summary>The number that stands for the output of a record; 0: it has none.</summary>
    internal ulong this[int partition, int offset] => offset < _outputs[partition].Count ? _outputs[partition][offset] : 0;

    /// <summary>The number that stands for an output.</summary>
    /// <param name="value">The output.</param>
    /// <param name="kind">Tells outputs of different topics apart.</param>
    internal static ulong NumberOf(ReadOnlySpan<byte> value, int kind) => Math.Max(1UL, XxHash3.HashToUInt64(value, kind));

    /// <summary>Takes an output in.</summary>
    /// <returns>Where its record is.</returns>
    /// <exception cref="DrillException">It does not say.</exception>
    internal (int Partition, int Offset) Add(Message<byte[], byte[]> message, int kind)
    {
        if (Header(message, "sl-topic") is var from && from != topic)
        {
            throw new DrillException($"an output has '{from}' as sl-topic; expected {topic}");
        }

        var (partition, offset) = (Number(message, "sl-partition", DrillStage.Partitions), Number(message, "sl-offset", most));
        var number = NumberOf(message.Value, kind);
        var outputs = _outputs[partition];
        if (outputs.Count <= offset)
        {
            outputs.AddRange(new ulong[offset + 1 - outputs.Count]);
        }

        if (outputs[offset] == 0)
        {
            outputs[offset] = number;
            Answered++;
        }
        else
        {
            Repeated++;
            Unequal += outputs[offset] == number ? 0 : 1;
        }

        return (partition, offset);
    }

    private static int Number(Message<byte[], byte[]> message, string name, int limit)
    {
        var text = Header(message, name);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < limit
            ? number
            : throw new DrillException($"an output has '{text}' as {name}; expected a number below {limit}");
    }

    private static string Header(Message<byte[], byte[]> message, string name) =>
        message.Headers.TryGetLastBytes(name, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
}
