using StreamLearn.Actors.Events;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Records;

namespace StreamLearn.Actors.Serving;

/// <summary>
/// Puts records of requests into the log that a pipeline learns from, where they are like all others: what is learned is a function of the log. Where records
/// are copied into one topic they go there, with <see cref="Streams.Events.EventOrigin.Requests"/> as their origin; else into the source's own topic. Thread-safe.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="kafka">How its topics are reached.</param>
/// <param name="producer">Writes them.</param>
/// <param name="questions">Says where keys are.</param>
/// <param name="time">The clock.</param>
public sealed class RecordIntake(PipelineDefinition pipeline, KafkaSettings kafka, KafkaBatchProducer producer, PipelineQuestions questions, TimeProvider time)
{
    // While brokers are away the client keeps what it has been given: more than that many are refused.
    private const int MostUnconfirmed = 2048;

    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);

    private int _unconfirmed;

    /// <summary>What is wrong with the records, besides what their decoder has found; empty: nothing.</summary>
    /// <param name="source">Which source they are read as, by its place in the configuration.</param>
    /// <param name="decoded">The records, by that source's decoder.</param>
    public IReadOnlyList<DeadLetter> Check(int source, DecodedBatch decoded)
    {
        var (schema, examples, records) = (pipeline.Sources[source].Schema, decoded.Examples, decoded.Records);
        var latest = pipeline.CopiesRecords ? Latest(schema) : long.MaxValue;
        var letters = new List<DeadLetter>();
        for (var i = 0; i < examples.Count; i++)
        {
            var row = decoded.Rows[i];
            if (examples.Times[i] > latest)
            {
                letters.Add(new DeadLetter(row, DeadLetterReason.TimeJump, schema.Time));
            }
            else if (pipeline.HasReplicas && IsNamedByPlace(examples, i, records, row))
            {
                // Its feedback would look for it by an id that nobody knows before it is written, and so in another replica.
                letters.Add(new DeadLetter(row, DeadLetterReason.BadId, ""));
            }
            else if (examples.Key(i).Length + records.Key(row).Length + records.Value(row).Length + Streams.Events.EventEnvelope.HeaderBytes > kafka.MostRecordBytes)
            {
                letters.Add(new DeadLetter(row, DeadLetterReason.TooLarge, ""));
            }
        }

        return letters;
    }

    /// <summary>Writes records that have nothing wrong with them, those of a partition in their order.</summary>
    /// <param name="source">Which source they are read as, by its place in the configuration.</param>
    /// <param name="decoded">The records, by that source's decoder.</param>
    /// <param name="cancellation">Ends the wait, not what is on its way.</param>
    /// <returns>Where each is, once the brokers have acknowledged all of them.</returns>
    /// <exception cref="LogUnavailableException">They have not in time, or refused one.</exception>
    /// <exception cref="BucketSilentException">Nobody knows in which partition a key is.</exception>
    public async Task<IReadOnlyList<WrittenRecord>> WriteAsync(int source, DecodedBatch decoded, CancellationToken cancellation = default)
    {
        var topic = pipeline.CopiesRecords ? pipeline.EventsTopic : pipeline.Sources[source].Topic;
        var records = pipeline.CopiesRecords
            ? new EventsRouter((byte)source, pipeline.Partitions, plan: pipeline.Plan, isRequest: true).Route(decoded).Copies
            : await PlacedAsync(decoded, cancellation).ConfigureAwait(false);
        if (Interlocked.Add(ref _unconfirmed, records.Count) > MostUnconfirmed)
        {
            Interlocked.Add(ref _unconfirmed, -records.Count);
            throw new LogUnavailableException($"The brokers have not acknowledged what was to be learned before, and no more is taken until they do; nothing was written to {topic}.");
        }

        try
        {
            var places = await SendAsync(topic, records).WaitAsync(DeliveryLimit, time, cancellation).ConfigureAwait(false);
            return [.. places.Select(place => new WrittenRecord(topic, place.Partition, place.Offset))];
        }
        catch (TimeoutException)
        {
            throw new LogUnavailableException(
                $"The brokers have not acknowledged for {DeliveryLimit.TotalSeconds:0} s; it may be written to {topic} when they are back. To send it again may be to learn it twice.");
        }
        catch (KafkaDeliveryException exception)
        {
            throw new LogUnavailableException($"{exception.Message.TrimEnd('.')}; of a batch, others may have been written.");
        }
    }

    /// <summary>Goes on to its end, however long somebody waits for it.</summary>
    private async Task<IReadOnlyList<(int Partition, long Offset)>> SendAsync(string topic, IReadOnlyList<OutputRecord> records)
    {
        var written = new List<Task<(int Partition, long Offset)>>(records.Count);
        try
        {
            foreach (var record in records)
            {
                written.Add(await producer.EnqueueAsync(topic, record).ConfigureAwait(false));
            }
        }
        finally
        {
            await Task.WhenAll(written).ContinueWith(_ => Interlocked.Add(ref _unconfirmed, -records.Count), TaskScheduler.Default).ConfigureAwait(false);
        }

        return await Task.WhenAll(written).ConfigureAwait(false);
    }

    /// <summary>As a producer of the source would write them: into the partition that has the key, or, of a new one, where the client puts it.</summary>
    private async Task<IReadOnlyList<OutputRecord>> PlacedAsync(DecodedBatch decoded, CancellationToken cancellation)
    {
        var (examples, records) = (decoded.Examples, decoded.Records);
        var placed = new List<OutputRecord>(examples.Count);
        for (var i = 0; i < examples.Count; i++)
        {
            var (row, key) = (decoded.Rows[i], examples.Key(i).ToArray());
            var messageKey = pipeline.Schema.Key.Length > 0 ? key : records.HasKey(row) ? records.Key(row).ToArray() : null;
            placed.Add(new OutputRecord(
                messageKey, records.Value(row).ToArray(), Partition: await questions.PartitionOfAsync(key, cancellation).ConfigureAwait(false) ?? -1));
        }

        return placed;
    }

    private static bool IsNamedByPlace(ExampleBatch examples, int i, RecordBatch records, int row) =>
        BanditRecord.TryRead(examples.Payload(i), out var record) && record.Kind != BanditRecordKind.Feedback
        && System.Text.Encoding.UTF8.GetString(record.Id) == FormattableString.Invariant($"{records.Topic}-{records.Partition}-{records.Offsets[row]}");

    /// <summary>The latest event time that is believed now.</summary>
    private long Latest(SourceSchema schema) =>
        schema.MaxJumpMilliseconds is > 0 and var jump ? time.GetUtcNow().ToUnixTimeMilliseconds() + jump : long.MaxValue;
}
