using System.Text;
using StreamLearn.Actors.Events;
using StreamLearn.Cli.Chaos;
using StreamLearn.Streams.Events;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Tests.Chaos;

public sealed class JoinReaderTests : IAsyncDisposable
{
    private const int Contexts = 4;
    private const string Key = "cell-0";
    private static readonly int Log = EventsPartitioner.PartitionOf(Encoding.UTF8.GetBytes(Key), DrillStage.Partitions);

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly KafkaSettings _settings;
    private readonly DrillLog _log;
    private readonly KafkaBatchProducer _producer;
    private readonly JoinReader _reader;

    public JoinReaderTests()
    {
        foreach (var topic in (string[])[JoinDrill.Examples, JoinDrill.Outcomes, JoinDrill.Events, JoinDrill.Outputs, JoinDrill.DeadLetters])
        {
            _kafka.CreateTopic(topic, DrillStage.Partitions);
        }

        _settings = new KafkaSettings { BootstrapServers = _kafka.BootstrapServers };
        _log = new DrillLog(_settings, TimeProvider.System);
        _producer = new KafkaBatchProducer(_settings, _ => { });
        _reader = new JoinReader(_settings, Contexts, 100, TimeProvider.System);
    }

    [Fact]
    public async Task Given_records_copies_and_decisions_when_they_are_counted_then_what_is_missing_repeated_and_unequal_is_told_apart()
    {
        await WriteSourcesAsync();
        await CopyAsync((0, 0), (0, 1), (0, 0), (1, 0), (0, 4));
        await AnswerAsync(JoinDrill.Outputs, (0, "a"), (1, "b"), (0, "a"), (1, "x"), (4, "e"));
        await AnswerAsync(JoinDrill.DeadLetters, (3, "bad"));
        await _reader.CatchUpAsync(_log, CancellationToken.None);
        var findings = new JoinFindings(new BanditRecords(1));

        // Of the second a decision stands there that it must not have; the third has none; the last must have none.
        var produced = _reader.Count(findings, Expected((0, "a"), (1, "c"), (2, "d")));

        Assert.Equal((6L, 1L, 1L, 1L), (findings.Records, findings.ExamplesRepeated, findings.NotCopied, findings.CopiesRepeated));
        Assert.Equal((1L, 2L, 3L), (findings.OutputsMissing, findings.OutputsRepeated, findings.OutputsUnequal));
        Assert.Equal((Key, 5L), (Assert.Single(produced).Key, produced[Key]));
    }

    [Fact]
    public async Task Given_all_as_it_must_be_when_it_is_counted_then_nothing_is_amiss()
    {
        await WriteSourcesAsync();
        await CopyAsync((0, 0), (0, 1), (0, 2), (0, 4), (1, 0));
        await AnswerAsync(JoinDrill.Outputs, (0, "a"), (1, "b"), (2, "c"), (1, "b"));
        await AnswerAsync(JoinDrill.DeadLetters, (3, "bad"), (3, "bad"));
        await _reader.CatchUpAsync(_log, CancellationToken.None);
        var findings = new JoinFindings(new BanditRecords(1));

        _reader.Count(findings, Expected((0, "a"), (1, "b"), (2, "c")));

        Assert.Equal((0L, 0L, 0L, 0L), (findings.NotCopied, findings.CopiesRepeated, findings.OutputsMissing, findings.OutputsUnequal));
        Assert.Equal((2L, 4L), (findings.OutputsRepeated, findings.Outputs));
    }

    [Fact]
    public async Task Given_copies_and_decisions_since_the_mark_when_it_is_asked_what_is_in_flight_then_their_places_are_compared_with_what_is_committed()
    {
        await WriteSourcesAsync();
        await CopyAsync((0, 0), (1, 0), (0, 1), (0, 2));
        await AnswerAsync(JoinDrill.Outputs, (0, "a"), (1, "b"));
        await _reader.CatchUpAsync(_log, CancellationToken.None);

        // The second context is the third record of the log.
        Assert.Equal((2L, 2L, 3L), (_reader.NewestAnswered[Log], _reader.Written[Log], _reader.Records[Log]));
        Assert.Equal((1, 0), (_reader.CopiedBeyond(0, Committed(2)), _reader.CopiedBeyond(0, Committed(3))));
        Assert.Equal((0L, 0L, 1L), (_reader.NotCopied(0, Committed(3)), _reader.NotCopied(0, Committed(4)), _reader.NotCopied(0, Committed(5))));

        _reader.Mark();
        Assert.Equal((-1L, 0), (_reader.NewestAnswered[Log], _reader.CopiedBeyond(0, Committed(0))));
    }

    [Fact]
    public async Task Given_a_context_that_was_never_written_when_the_drill_counts_then_it_says_so()
    {
        await SendAsync(JoinDrill.Examples, Context(0), Context(1), Context(3));
        await _reader.CatchUpAsync(_log, CancellationToken.None);

        Assert.Throws<DrillException>(() => _reader.Count(new JoinFindings(new BanditRecords(1)), Expected()));
    }

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        _producer.Dispose();
        _log.Dispose();
        _kafka.Dispose();
    }

    /// <summary>Contexts 0 to 2, 3 which is no record, 2 again; a reward.</summary>
    private async Task WriteSourcesAsync()
    {
        await SendAsync(JoinDrill.Examples, Context(0), Context(1), Context(2), Context(3)[..^1], Context(2));
        await SendAsync(JoinDrill.Outcomes, "{}");
    }

    private static string Context(int number) => $"{{\"id\":\"{JoinRecords.IdOf(number)}\"}}";

    private static Dictionary<(int, int), ulong> Expected(params (int Offset, string Value)[] outputs) => outputs.ToDictionary(
        output => (5, output.Offset), output => OutputTally.NumberOf(Encoding.UTF8.GetBytes(output.Value), JoinReader.KindOf(JoinDrill.Outputs)));

    private static long[] Committed(int offset) => [.. Enumerable.Range(0, DrillStage.Partitions).Select(partition => partition == 5 ? offset : -1L)];

    private Task SendAsync(string topic, params string[] values) => _producer.SendAsync(new OutputBatch(
        topic, [.. values.Select(value => new OutputRecord(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(value), Partition: 5))]));

    private Task CopyAsync(params (byte Source, int Offset)[] origins) => _producer.SendAsync(new OutputBatch(
        JoinDrill.Events,
        [
            .. origins.Select(origin => new OutputRecord(
                Encoding.UTF8.GetBytes(Key),
                new EventEnvelope
                {
                    Origin = new EventOrigin(origin.Source, 5, origin.Offset), Timestamp = 0, HasKey = false, HasValue = false, Key = [], Value = [],
                }.Encode(),
                Partition: Log)),
        ]));

    private Task AnswerAsync(string topic, params (int Offset, string Value)[] outputs) => _producer.SendAsync(new OutputBatch(
        topic,
        [.. outputs.Select(output => new OutputRecord(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes(output.Value), output.Offset, Partition: 7))],
        new RecordOrigin(JoinDrill.Examples, 5)));
}
