using System.Collections;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamLearn.Actors.Events;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>Reads the examples and outcomes of a drill, their copies, and the outputs. The log is the topic of the copies.</summary>
/// <param name="kafka">How the broker is reached.</param>
/// <param name="examples">Examples there are, each once.</param>
/// <param name="most">Records of a topic there are at most, repeated ones included.</param>
/// <param name="time">Clock of the waits.</param>
internal sealed class JoinReader(KafkaSettings kafka, int examples, int most, TimeProvider time) : DrillReader(kafka, Topics, time)
{
    // The first are the sources, in the pipeline's order.
    private static readonly string[] Topics =
        [JoinDrill.Examples, JoinDrill.Outcomes, JoinDrill.Events, JoinDrill.Outputs, JoinDrill.DeadLetters];

    private const int ExampleSource = 0;
    private const int Sources = 2;
    private const int EventsTopic = 2;

    private readonly OutputTally _outputs = new(JoinDrill.Examples, most);
    private readonly Dictionary<string, long> _produced = [];
    private readonly BitArray _numbers = new(examples);

    // By source and partition: of each record where its first copy is in its partition of the log, -1: nowhere; which are no records.
    private readonly List<long>[][] _copies = NewPartitions(() => new List<long>());
    private readonly HashSet<long>[] _bad = [.. Enumerable.Range(0, DrillStage.Partitions).Select(_ => new HashSet<long>())];
    private readonly long[][] _newestCopied = NewPartitions(() => -1L);

    // By partition of the log.
    private readonly long[] _toBeAnswered = new long[DrillStage.Partitions];
    private readonly long[] _written = new long[DrillStage.Partitions];

    // Examples that an output has been of since the mark, and in which partition of the log they are.
    private readonly HashSet<(int Log, int Partition, int Offset)> _answered = [];
    private long _repeatedCopies;
    private long _copied;

    /// <summary>Tells the outputs of different topics apart: what <see cref="OutputTally"/> wants.</summary>
    internal static int KindOf(string topic) => Array.IndexOf(Topics, topic);

    /// <inheritdoc/>
    internal override long Outputs => Locked(() => _written.Sum());

    /// <summary>Copies read so far.</summary>
    /// <exception cref="DrillException">It cannot go on.</exception>
    internal long Copies => Locked(() => _copied + _repeatedCopies);

    /// <inheritdoc/>
    internal override long[] Written => Locked(() => _written.ToArray());

    /// <inheritdoc/>
    internal override long[] Records => Locked(() => _toBeAnswered.ToArray());

    /// <inheritdoc/>
    internal override long[] NewestAnswered => Locked(() =>
    {
        var newest = Enumerable.Repeat(-1L, DrillStage.Partitions).ToArray();
        foreach (var (log, partition, offset) in _answered)
        {
            newest[log] = Math.Max(newest[log], CopyOf(ExampleSource, partition, offset));
        }

        return newest;
    });

    /// <inheritdoc/>
    internal override void Mark() => Locked(() =>
    {
        _answered.Clear();
        foreach (var newest in _newestCopied)
        {
            Array.Fill(newest, -1);
        }

        return true;
    });

    /// <summary>In how many partitions of a source a record has been copied since <see cref="Mark"/> that is not committed.</summary>
    internal int CopiedBeyond(int source, long[] committed) =>
        Locked(() => _newestCopied[source].Zip(committed, (newest, next) => newest >= Math.Max(0, next)).Count(beyond => beyond));

    /// <summary>How many records of a source, before those offsets, have no copy and are none for which there is to be one.</summary>
    internal long NotCopied(int source, long[] before) => Locked(() => Enumerable.Range(0, DrillStage.Partitions).Sum(partition =>
    {
        var missing = 0L;
        for (var offset = 0; offset < before[partition]; offset++)
        {
            missing += CopyOf(source, partition, offset) < 0 && !(source == ExampleSource && _bad[partition].Contains(offset)) ? 1 : 0;
        }

        return missing;
    }));

    /// <summary>Puts down what was read.</summary>
    /// <param name="findings">Where.</param>
    /// <param name="expected">Of each example that must have one, and only of those, its output.</param>
    /// <returns>Good records of each key, of both topics.</returns>
    /// <exception cref="DrillException">An example was never written, or reading has failed.</exception>
    internal IReadOnlyDictionary<string, long> Count(JoinFindings findings, IReadOnlyDictionary<(int Partition, int Offset), ulong> expected) => Locked(() =>
    {
        var ends = Enumerable.Range(0, Sources).Select(source => Enumerable.Range(0, DrillStage.Partitions).Select(partition => Next(source, partition)).ToArray()).ToArray();
        if (_numbers.HasAllSet() is false)
        {
            throw new DrillException("some examples have never been written; expected each once or more");
        }

        findings.Records = ends.Sum(source => source.Sum());
        findings.ExamplesRepeated = ends[ExampleSource].Sum() - examples;
        findings.NotCopied = Enumerable.Range(0, Sources).Sum(source => NotCopied(source, ends[source]));
        findings.CopiesRepeated = _repeatedCopies;
        findings.OutputsRepeated = _outputs.Repeated;
        findings.OutputsUnequal = _outputs.Unequal;
        findings.OutputsMissing = 0;
        findings.Outputs = _outputs.Answered;
        for (var partition = 0; partition < DrillStage.Partitions; partition++)
        {
            findings.OutputsMissing += _bad[partition].Count(offset => _outputs[partition, (int)offset] == 0);
            for (var offset = 0; offset < _outputs.End(partition); offset++)
            {
                var (has, must) = (_outputs[partition, offset], expected.GetValueOrDefault((partition, offset)));
                findings.OutputsUnequal += has != 0 && has != must && !_bad[partition].Contains(offset) ? 1 : 0;
            }
        }

        findings.OutputsMissing += expected.Keys.Count(place => _outputs[place.Partition, place.Offset] == 0);
        return _produced;
    });

    /// <inheritdoc/>
    protected override void Take(int topic, ConsumeResult<byte[], byte[]> read)
    {
        switch (topic)
        {
            case < Sources:
                TakeRecord(topic, read);
                break;
            case EventsTopic:
                TakeCopy(read);
                break;
            default:
                var (partition, offset) = _outputs.Add(read.Message, topic);
                var log = EventsPartitioner.PartitionOf(read.Message.Key, DrillStage.Partitions);
                _written[log]++;
                _answered.Add((log, partition, offset));
                break;
        }
    }

    private void TakeRecord(int source, ConsumeResult<byte[], byte[]> read)
    {
        if (source == ExampleSource)
        {
            _numbers[JoinRecords.NumberOf(read.Message.Value)] = true;
        }

        if (read.Message.Value[^1] == (byte)'}')
        {
            var key = Encoding.UTF8.GetString(read.Message.Key);
            _produced[key] = _produced.GetValueOrDefault(key) + 1;
        }
        else
        {
            _bad[read.Partition.Value].Add(read.Offset.Value);
        }
    }

    private void TakeCopy(ConsumeResult<byte[], byte[]> read)
    {
        if (!EventEnvelope.TryDecode(read.Message.Value, out var envelope) || envelope.Origin.Source >= Sources || envelope.Origin.Partition >= DrillStage.Partitions
            || envelope.Origin.Offset >= most)
        {
            throw new DrillException(string.Create(CultureInfo.InvariantCulture, $"{read.TopicPartitionOffset} is no copy of a record"));
        }

        var (source, partition, offset) = (envelope.Origin.Source, envelope.Origin.Partition, (int)envelope.Origin.Offset);
        var copies = _copies[source][partition];
        while (copies.Count <= offset)
        {
            copies.Add(-1);
        }

        if (copies[offset] >= 0)
        {
            _repeatedCopies++;
        }
        else
        {
            copies[offset] = read.Offset.Value;
            _copied++;
            _toBeAnswered[read.Partition.Value] += source == ExampleSource ? 1 : 0;
        }

        _newestCopied[source][partition] = Math.Max(_newestCopied[source][partition], offset);
    }

    private long CopyOf(int source, int partition, int offset) => offset < _copies[source][partition].Count ? _copies[source][partition][offset] : -1;

    private static T[][] NewPartitions<T>(Func<T> one) =>
        [.. Enumerable.Range(0, Sources).Select(_ => Enumerable.Range(0, DrillStage.Partitions).Select(_ => one()).ToArray())];
}
