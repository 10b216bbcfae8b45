using StreamLearn.Learners.Bandits;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Codecs.Bandits;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Codecs.Bandits;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Every decoder of the task bandit, fed with what nobody would send on purpose, and with what somebody might.</summary>
public class BanditDecoderFuzzTests
{
    private const int Records = 40_000;
    private const int BatchRecords = 200;
    private const int MostBytesPerBatch = 64 * 1024;
    private const int MostBytesPerRecord = 4096;
    private const int MostBytesPerByte = 8;

    private static readonly HashSet<string> Reasons =
    [
        .. typeof(DeadLetterReason).GetFields().Where(field => field.FieldType == typeof(string)).Select(field => (string)field.GetValue(null)!),
    ];

    public static TheoryData<string, string, int> Decoders => new()
    {
        { "json", "own", 1 }, { "json", "fixed", 2 }, { "json", "features", 3 }, { "reward", "reward", 4 }, { "vw", "vw", 5 }, { "vw", "lines", 6 },
        { "dsjson", "dsjson", 7 }, { "vw", "dsjson", 8 }, { "json", "vw", 9 }, { "json", "dsjson", 10 },
    };

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Given_any_records_when_they_are_decoded_then_each_is_once_a_payload_that_can_be_read_or_a_dead_letter(
        string format, string schema, int seed)
    {
        var mutator = new ByteMutator(seed);
        var decoder = Decoder(schema);
        var accepted = 0;
        for (var number = 0; number < Records / BatchRecords; number++)
        {
            var records = Enumerable.Range(0, BatchRecords).Select(_ => BanditMutator.Record(mutator, format)).ToArray();
            var whole = Checked(decoder, schema, records, 0, records.Length, ref accepted);
            for (var start = 0; start < records.Length;)
            {
                var count = Math.Min(records.Length - start, 1 + mutator.Below(40));
                var ignored = 0;
                Assert.Equal(whole[start..(start + count)], Checked(decoder, schema, records, start, count, ref ignored));
                start += count;
            }
        }

        // Else nothing was tried.
        Assert.True(accepted > 0 || format != schema, $"{accepted} of {Records} records were accepted.");
    }

    private static IRecordDecoder Decoder(string schema) => schema switch
    {
        "own" => Bandit.Own.CreateDecoder(),
        "fixed" => Bandit.Fixed.CreateDecoder(),
        "features" => Bandit.Fit(Bandit.Fixed with { ActionFeatures = ["price"] }).CreateDecoder(),
        "reward" => new RewardSchema { Task = Bandit.Fixed.Task }.CreateDecoder(),
        "vw" => Bandit.Fit(Bandit.Vw with { HashBits = 4 }).CreateDecoder(),
        "lines" => Bandit.VwFixed.CreateDecoder(),
        _ => Bandit.Fit(Bandit.DsJson with { HashBits = 4 }).CreateDecoder(),
    };

    /// <summary>Decodes, checks all that must hold, and says for each record what became of it.</summary>
    private static string[] Checked(IRecordDecoder decoder, string schema, FuzzRecord[] records, int start, int count, ref int accepted)
    {
        var builder = new RecordBatchBuilder("fuzz", 3, count, int.MaxValue);
        for (var row = start; row < start + count; row++)
        {
            var (key, value, timestamp) = records[row];
            builder.Add(100 + (3 * row), timestamp, key, key is not null, value, value is not null);
        }

        var batch = builder.Build(epoch: 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = decoder.Decode(batch);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var bytes = Enumerable.Range(0, count).Sum(row => (long)batch.Value(row).Length + batch.Key(row).Length);
        Assert.InRange(
            allocated, 0, MostBytesPerBatch + (MostBytesPerRecord * count) + (MostBytesPerByte * (bytes + decoded.Examples.Payloads.Length)));

        var outcomes = new string?[count];
        for (var i = 0; i < decoded.Examples.Count; i++)
        {
            var row = decoded.Rows[i];
            Assert.Null(outcomes[row]);
            Assert.Equal(decoded.Examples.Kinds[i] == ExampleKind.Tombstone, !batch.HasValue(row));
            outcomes[row] = $"{Convert.ToHexString(decoded.Examples.Payload(i))} {Convert.ToHexString(decoded.Examples.Key(i))} {decoded.Examples.Times[i]}";
            if (batch.HasValue(row))
            {
                CheckPayload(decoded.Examples.Payload(i), schema);
                accepted++;
            }
        }

        foreach (var (row, reason, field) in decoded.DeadLetters)
        {
            Assert.Null(outcomes[row]);
            Assert.Contains(reason, Reasons);
            Assert.True((field.Length == 0) == reason is DeadLetterReason.Malformed || IsKafkas(reason, schema), $"{reason} '{field}'");
            outcomes[row] = $"{reason} {field}";
            if (schema is "own" or "fixed" or "features" or "reward")
            {
                Assert.Equal(reason == DeadLetterReason.Malformed, JsonReference.IsMalformed(batch.HasValue(row) ? batch.Value(row).ToArray() : null));
            }
        }

        Assert.All(outcomes, outcome => Assert.NotNull(outcome));
        return outcomes!;
    }

    private static void CheckPayload(ReadOnlySpan<byte> payload, string schema)
    {
        Assert.True(BanditRecord.TryRead(payload, out var record));
        Assert.InRange(record.Id.Length, 1, DeadLetterReason.MaxIdBytes);
        Assert.Equal(schema == "reward", record.Kind == BanditRecordKind.Feedback);
        if (record.Kind == BanditRecordKind.Logged)
        {
            Assert.True(record.Context.IsAllowed(record.Action));
        }

        if (record.Kind != BanditRecordKind.Context)
        {
            Assert.InRange(record.Feedback, schema == "dsjson" ? -1 : 0, 1);
        }
    }

    /// <summary>Whether it is Kafka's key or timestamp, which is no field, that is at fault.</summary>
    private static bool IsKafkas(string reason, string schema) =>
        schema is "vw" or "lines" or "dsjson" && reason is DeadLetterReason.BadKey or DeadLetterReason.BadTime or DeadLetterReason.MissingField;
}
