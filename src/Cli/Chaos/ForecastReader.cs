using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>Reads the records of a forecast drill and what came of them. Remembers one number for each record.</summary>
/// <param name="kafka">How the broker is reached.</param>
/// <param name="most">Records there are at most.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed class ForecastReader(KafkaSettings kafka, int most, TimeProvider time) : DrillReader(kafka, Topics, time)
{
    // The first are the records, the others are outputs.
    private static readonly string[] Topics = [ForecastDrill.Topic, $"{ForecastDrill.Topic}.predictions", $"{ForecastDrill.Topic}.dead-letter"];

    private readonly OutputTally _outputs = new(ForecastDrill.Topic, most);

    // By partition.
    private readonly long[] _written = new long[DrillStage.Partitions];
    private readonly long[] _newest = [.. Enumerable.Repeat(-1L, DrillStage.Partitions)];
    private readonly Dictionary<string, long> _produced = [];

    /// <inheritdoc/>
    internal override long Outputs => Locked(() => _written.Sum());

    /// <inheritdoc/>
    internal override long[] Written => Locked(() => _written.ToArray());

    /// <inheritdoc/>
    internal override long[] Records => Locked(() => Enumerable.Range(0, DrillStage.Partitions).Select(partition => Next(0, partition)).ToArray());

    /// <inheritdoc/>
    internal override long[] NewestAnswered => Locked(() => _newest.ToArray());

    /// <inheritdoc/>
    internal override void Mark() => Locked(() =>
    {
        Array.Fill(_newest, -1);
        return true;
    });

    /// <summary>Puts down what was read.</summary>
    /// <returns>Good records of each key.</returns>
    /// <exception cref="DrillException">An output is of a record that is not there, or reading has failed.</exception>
    internal IReadOnlyDictionary<string, long> Count(DrillFindings findings) => Locked(() =>
    {
        findings.Records = 0;
        for (var partition = 0; partition < DrillStage.Partitions; partition++)
        {
            findings.Records += Next(0, partition);
            if (_outputs.End(partition) > Next(0, partition))
            {
                throw new DrillException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"an output is of record {_outputs.End(partition) - 1} of partition {partition}, which has {Next(0, partition)}"));
            }
        }

        findings.OutputsMissing = findings.Records - _outputs.Answered;
        findings.OutputsRepeated = _outputs.Repeated;
        findings.OutputsUnequal = _outputs.Unequal;
        return _produced;
    });

    /// <inheritdoc/>
    protected override void Take(int topic, ConsumeResult<byte[], byte[]> read)
    {
        var message = read.Message;
        if (topic > 0)
        {
            var (partition, offset) = _outputs.Add(message, topic);
            _written[partition]++;
            _newest[partition] = Math.Max(_newest[partition], offset);
        }
        else if (message.Value[^1] == (byte)'}')
        {
            var key = Encoding.UTF8.GetString(message.Key);
            _produced[key] = _produced.GetValueOrDefault(key) + 1;
        }
    }
}
