using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Every decoder, fed with what nobody would send on purpose, and with what somebody might.</summary>
public class DecoderFuzzTests
{
    private const int Records = 100_000;
    private const int BatchRecords = 400;

    // A malformed record costs an exception.
    private const int MostBytesPerRecord = 4096;
    private const int MostBytesPerByte = 8;
    private const int MostBytesPerBatch = 64 * 1024;

    private static readonly RecordSchema Fields = new() { Features = ["x"], Columns = ["key", "time", "value", "x"] };

    private static readonly RecordSchema[] Schemas =
    [
        Fields,
        Fields with { Key = "", Time = "" },
        Fields with { ValueKind = ValueKind.Counter64, TimeUnit = TimeUnit.Milliseconds },
        Fields with { ValueKind = ValueKind.Counter32, TimeUnit = TimeUnit.Nanoseconds, Features = [] },
        Fields with { Key = "x", Time = "value", TimeUnit = TimeUnit.Seconds, Features = ["value", "time"] },
    ];

    private static readonly HashSet<string> Reasons =
    [
        .. typeof(DeadLetterReason).GetFields().Where(field => field.FieldType == typeof(string))
            .Select(field => (string)field.GetValue(null)!),
    ];

    [Theory]
    [InlineData("json", 1)]
    [InlineData("csv", 2)]
    public void Given_any_records_when_they_are_decoded_then_each_is_once_an_example_or_a_dead_letter_however_they_are_batched(
        string format, int seed)
    {
        var mutator = new ByteMutator(seed);
        var schemas = Schemas.Select(schema => schema with { Format = format }).ToArray();
        var decoders = schemas.Select(schema => schema.CreateDecoder()).ToArray();
        for (var number = 0; number < Records / BatchRecords; number++)
        {
            var schema = schemas[number % schemas.Length];
            var decoder = decoders[number % schemas.Length];
            var records = Enumerable.Range(0, BatchRecords).Select(_ => RecordMutator.Record(mutator, format)).ToArray();
            try
            {
                CheckBatch(mutator, schema, decoder, records);
            }
            catch (Exception failure)
            {
                var which = string.Create(CultureInfo.InvariantCulture, $"{format}, seed {seed}, batch {number}");
                NameTheRecord(which, schema, records, failure);
                throw;
            }
        }
    }

    public static TheoryData<string, string, string, string> LongRecords => new()
    {
        { "json", """{"key":"a","time":1,"value":2,"x":3""", ",\"unused\":1", "}" },
        { "json", """{"time":1,"value":2,"x":3""", ",\"key\":\"a\"", "}" },
        { "json", """{"key":"a","time":1,"x":3""", ",\"value\":2", "}" },
        { "json", """{"key":"a","value":2,"x":3""", ",\"time\":\"2023-11-14T22:13:20\\u002B01:00\"", "}" },
        { "json", """{"key":"a","time":1,"value":2,"x":3,"u":""", "[", "" },
        { "json", """{"key":"a","time":1,"value":2,"x":3,"u":""", "{\"a\":", "" },
        { "json", """{"key":"a","time":1,"value":2,"x":3,"u":[0""", ",[]", "]}" },
        { "json", """{"key":"a","time":1,"value":2,"x":3,"u":" """, "\\n", "\"}" },
        { "json", """{"key":"a","time":1,"value":2,"x":3,"u""", "\\u0061", "\":1}" },
        { "json", "{\"key\":\"", "\\u0061", "\",\"time\":1,\"value\":2,\"x\":3}" },
        { "json", "{\"key\":\"", "k", "" },
        { "json", """{"key":"a","time":1,"x":3,"value":1""", "0", "}" },
        { "json", """{"key":"a","time":1,"x":3,"value":0.""", "9", "}" },
        { "json", """{"key":"a","time":1,"x":3,"value":1e""", "9", "}" },
        { "json", """{"key":"a","value":1,"x":3,"time":""", "9", "}" },
        { "json", """{"key":"a","value":1,"x":3,"time":" """, "9", "\"}" },
        { "json", "", " ", "" },
        { "json", "", "{}", "" },
        { "csv", "a,1,2,3", ",4", "" },
        { "csv", "a,1,2,3", ",\"\"", "" },
        { "csv", "a,1,2,\"", "\"\"", "\"" },
        { "csv", "\"", "k", "" },
        { "csv", "\"", "\"\"", "\",1,2,3" },
        { "csv", "", "\"", ",1,2,3" },
        { "csv", "", "\",", "1" },
        { "csv", "a,1,", "9", ",3" },
        { "csv", "a,", "9", ",2,3" },
        { "csv", "a,1,1e", "9", ",3" },
        { "csv", "a,1,2,", " ", "3" },
    };

    [Theory]
    [MemberData(nameof(LongRecords))]
    public void Given_a_record_of_a_megabyte_when_it_is_decoded_then_memory_grows_no_faster_than_the_record(
        string format, string start, string repeated, string end)
    {
        var schema = Fields with { Format = format };
        var times = 1_000_000 / repeated.Length;
        var (small, large) = (Allocated(times / 8), Allocated(times));

        Assert.True(large < (10 * small) + MostBytesPerBatch, $"8 times the record took {large} bytes instead of {small}.");
        Assert.InRange(large, 0, 8_000_000);

        long Allocated(int repeats)
        {
            var value = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, repeats)) + end);
            return Measured(schema, schema.CreateDecoder(), Batch([new FuzzRecord(null, value, 0)], 0, 1)).Allocated;
        }
    }

    private static void CheckBatch(ByteMutator mutator, RecordSchema schema, IRecordDecoder decoder, FuzzRecord[] records)
    {
        var (whole, allocated) = Measured(schema, decoder, Batch(records, 0, records.Length));
        var bytes = records.Sum(record => (long)(record.Key?.Length ?? 0) + (record.Value?.Length ?? 0));
        Assert.InRange(allocated, 0, MostBytesPerBatch + (MostBytesPerRecord * records.Length) + (MostBytesPerByte * bytes));

        var mismatches = 0;
        for (var start = 0; start < records.Length;)
        {
            var count = Math.Min(records.Length - start, 1 + mutator.Below(40));
            var (part, _) = Measured(schema, decoder, Batch(records, start, count));
            Assert.Equal(whole.Outcomes[start..(start + count)], part.Outcomes);
            mismatches += part.KeyMismatches;
            start += count;
        }

        Assert.Equal(whole.KeyMismatches, mismatches);
        if (schema.Format == "json")
        {
            for (var row = 0; row < records.Length; row++)
            {
                Assert.Equal(JsonReference.IsMalformed(records[row].Value), whole.Outcomes[row] == "malformed ");
            }
        }
    }

    /// <summary>Looks for a record that fails alone; where there is none, the failure of the batch has to do.</summary>
    private static void NameTheRecord(string which, RecordSchema schema, FuzzRecord[] records, Exception failure)
    {
        foreach (var record in records)
        {
            void Check(byte[] value) =>
                CheckBatch(
                    new ByteMutator(0), schema, schema.CreateDecoder(), [record with { Value = record.Value is null ? null : value }]);
            if (FuzzRun.Failure(Check, record.Value ?? []) is { } alone)
            {
                var key = record.Key is null ? "none" : Convert.ToHexString(record.Key);
                FuzzRun.Fail($"{which}, message key {key}, timestamp {record.Timestamp}", record.Value ?? [], Check, alone);
            }
        }

        Assert.Fail($"{which}; no record of it fails alone: {failure}");
    }

    private static RecordBatch Batch(FuzzRecord[] records, int start, int count)
    {
        var builder = new RecordBatchBuilder("fuzz", 3, count, int.MaxValue);
        for (var row = start; row < start + count; row++)
        {
            var (key, value, timestamp) = records[row];
            builder.Add(100 + (3 * row), timestamp, key, key is not null, value, value is not null);
        }

        return builder.Build(epoch: 0);
    }

    /// <summary>Decodes, checks all that must hold, and says for each record what became of it.</summary>
    private static (CheckedBatch Batch, long Allocated) Measured(RecordSchema schema, IRecordDecoder decoder, RecordBatch records)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = decoder.Decode(records);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var outcomes = new string?[records.Count];
        var examples = decoded.Examples;
        Assert.Equal(decoded.Rows.Order(), decoded.Rows);
        for (var i = 0; i < examples.Count; i++)
        {
            var row = decoded.Rows[i];
            Assert.Null(outcomes[row]);
            Assert.Equal(records.Offsets[row], examples.Offsets[i]);
            Assert.InRange(examples.Key(i).Length, 1, DeadLetterReason.MaxKeyBytes);
            Assert.True(Utf8.IsValid(examples.Key(i)));
            Assert.InRange(examples.Times[i], -(long.MaxValue / 2), long.MaxValue / 2);
            Assert.Equal(examples.Kinds[i] == ExampleKind.Tombstone, !records.HasValue(row));
            foreach (var number in examples.Row(i))
            {
                Assert.True(double.IsFinite(number));
            }

            outcomes[row] =
                $"{examples.Kinds[i]} {Convert.ToHexString(examples.Key(i))} {examples.Times[i]} {decoded.TimeForms[i]} "
                + string.Join(' ', examples.Row(i).ToArray().Select(BitConverter.DoubleToInt64Bits))
                + (examples.Readings.Length > 0 ? $" {examples.Readings[i]}" : "");
        }

        var last = -1;
        foreach (var (row, reason, field) in decoded.DeadLetters)
        {
            Assert.True(row > last);
            last = row;
            Assert.Null(outcomes[row]);
            Assert.Contains(reason, Reasons);
            Assert.Contains(field, new[] { "", schema.Key, schema.Time, schema.Value }.Concat(schema.Features));
            Assert.True(field == "" ? reason == DeadLetterReason.Malformed || IsKafkas(reason, schema) : reason != DeadLetterReason.Malformed);
            outcomes[row] = $"{reason} {field}";
        }

        Assert.All(outcomes, outcome => Assert.NotNull(outcome));
        return (new CheckedBatch(outcomes!, decoded.KeyMismatches), allocated);
    }

    /// <summary>Whether it is Kafka's key or timestamp, which is no field, that is at fault.</summary>
    private static bool IsKafkas(string reason, RecordSchema schema) =>
        (schema.Key == "" && reason == DeadLetterReason.BadKey) || (schema.Time == "" && reason == DeadLetterReason.BadTime)
        || (schema.Key == "" && reason == DeadLetterReason.MissingField);

    private sealed record CheckedBatch(string[] Outcomes, int KeyMismatches);
}
