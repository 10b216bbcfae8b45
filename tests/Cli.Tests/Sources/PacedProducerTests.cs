using StreamLearn.Cli.Sources;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Tests.Sources;

public sealed class PacedProducerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly EmbeddedKafka _kafka = EmbeddedKafka.Start();
    private readonly KafkaBatchProducer _batches;
    private readonly ManualTimeProvider _time = new();
    private readonly PacedProducer _producer;

    public PacedProducerTests()
    {
        _kafka.CreateTopic("paced", 1);
        _batches = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = _kafka.BootstrapServers }, _ => { });
        _producer = new PacedProducer(_batches, "paced", _time);
    }

    public void Dispose()
    {
        _batches.Dispose();
        _kafka.Dispose();
    }

    [Fact]
    public async Task Given_a_rate_when_time_goes_on_then_as_many_records_are_written_as_are_due()
    {
        var writing = _producer.WriteAsync(Records(25), rate: 10, null, CancellationToken.None);
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.Equal(1, _producer.Written);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.Equal(11, _producer.Written);
        _time.Advance(TimeSpan.FromSeconds(2));

        await writing.WaitAsync(Limit);
        Assert.Equal(25, _producer.Written);
    }

    [Fact]
    public async Task Given_a_pipeline_that_does_not_answer_when_records_are_left_then_no_more_are_written_than_the_broker_keeps()
    {
        var answered = 0L;
        var writing = _producer.WriteAsync(Records(PacedProducer.MostUnread + 1500), double.PositiveInfinity, () => Volatile.Read(ref answered), CancellationToken.None);
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.Equal(PacedProducer.MostUnread, _producer.Written);
        Volatile.Write(ref answered, 1000);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.Equal(PacedProducer.MostUnread + 1000, _producer.Written);
        Volatile.Write(ref answered, 2000);
        _time.Advance(TimeSpan.FromSeconds(1));

        await writing.WaitAsync(Limit);
        Assert.Equal(PacedProducer.MostUnread + 1500, _producer.Written);
    }

    /// <summary>Regression: readings without a rate and dropped records get no answer, and it waited for them for ever.</summary>
    [Fact]
    public async Task Given_answers_that_stand_still_when_it_has_been_patient_then_what_is_ahead_counts_as_answered()
    {
        var writing = _producer.WriteAsync(Records(PacedProducer.MostUnread + 700), double.PositiveInfinity, () => 0, CancellationToken.None);
        await _time.SomebodyWaits().WaitAsync(Limit);
        _time.Advance(PacedProducer.Patience - TimeSpan.FromSeconds(1));
        await _time.SomebodyWaits().WaitAsync(Limit);
        Assert.Equal((PacedProducer.MostUnread, 0), (_producer.Written, _producer.Unanswered));
        _time.Advance(TimeSpan.FromSeconds(2));

        await writing.WaitAsync(Limit);
        Assert.Equal((PacedProducer.MostUnread + 700, PacedProducer.MostUnread), (_producer.Written, _producer.Unanswered));
    }

    /// <summary>Regression: a broker that had gone held Ctrl-C up until its records timed out.</summary>
    [Fact]
    public async Task Given_a_broker_that_is_away_when_it_is_cancelled_then_it_ends_at_once()
    {
        _kafka.BrokerDown(1);
        using var cancelled = new CancellationTokenSource();
        var writing = _producer.WriteAsync(Records(3), double.PositiveInfinity, null, cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(Limit));
        _kafka.BrokerUp(1);
    }

    private static IEnumerable<InputRecord> Records(int count) => Enumerable.Range(0, count).Select(_ => new InputRecord(null, "{}"u8.ToArray()));
}
