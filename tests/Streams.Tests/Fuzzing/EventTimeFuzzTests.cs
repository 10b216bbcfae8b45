using System.Globalization;
using System.Text.Json;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Whatever stands in a time field: it is refused, or read the same by both decoders, and can be written again.</summary>
public class EventTimeFuzzTests
{
    private const int Seed = 3;
    private const int Times = 100_000;
    private const int BatchRecords = 500;

    // A hundred years in each of ten thousand steps: the longest that a configuration can ask for.
    private const long Furthest = 31_536_000_000_000_000;

    [Fact]
    public void Given_anything_as_time_when_it_is_decoded_then_both_formats_agree_and_the_forecast_is_json()
    {
        var mutator = new ByteMutator(Seed);
        using var encoder = new ForecastEncoder(new ForecastTask { Horizons = [1, 10_000], StepMilliseconds = Furthest / 10_000 });
        for (var number = 0; number < Times / BatchRecords; number++)
        {
            var unit = (TimeUnit)(number % 5);
            var times = Enumerable.Range(0, BatchRecords).Select(_ => RecordMutator.Time(mutator)).ToArray();
            var csv = Decode("csv", unit, times, time => [.. "a,"u8, .. time, .. ",1"u8]);

            // Text in JSON is ISO 8601 only; CSV takes numbers too.
            var text = Decode("json", unit, times, time => [.. "{\"key\":\"a\",\"value\":1,\"time\":\""u8, .. time, .. "\"}"u8]);
            var plain = Decode("json", unit, times, time => [.. "{\"key\":\"a\",\"value\":1,\"time\":"u8, .. time, .. "}"u8]);

            for (var row = 0; row < BatchRecords; row++)
            {
                var which = $"seed {Seed}, time {number}.{row}, {Convert.ToHexString(times[row])}";
                Assert.True(text[row] is null || csv[row] == text[row] || IsNumber(times[row]), which);
                Assert.True(plain[row] is null || csv[row] == plain[row], which);
                if (csv[row] is { } read)
                {
                    using var written = JsonDocument.Parse(encoder.Encode("a"u8, read.Time, read.Form, new double[6], 1));
                    var last = written.RootElement.GetProperty("forecasts")[1].GetProperty("time");
                    var error = last.ValueKind == JsonValueKind.Number ? Milliseconds(last, read.Form) - (read.Time + Furthest) : 0;
                    Assert.True(Math.Abs(error) <= 1e4, which);
                }
            }
        }
    }

    private static double Milliseconds(JsonElement time, TimeUnit form) => time.GetDouble() * form switch
    {
        TimeUnit.Seconds => 1e3,
        TimeUnit.Microseconds => 1e-3,
        TimeUnit.Nanoseconds => 1e-6,
        _ => 1,
    };

    private static bool IsNumber(byte[] text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static (long Time, TimeUnit Form)?[] Decode(string format, TimeUnit unit, byte[][] times, Func<byte[], byte[]> record)
    {
        var builder = new RecordBatchBuilder("t", 0, times.Length, int.MaxValue);
        for (var row = 0; row < times.Length; row++)
        {
            builder.Add(row, 0, [], hasKey: false, record(times[row]), hasValue: true);
        }

        var schema = new RecordSchema { Format = format, TimeUnit = unit, Columns = ["key", "time", "value"] };
        var decoded = schema.CreateDecoder().Decode(builder.Build(epoch: 0));
        var found = new (long, TimeUnit)?[times.Length];
        for (var i = 0; i < decoded.Rows.Length; i++)
        {
            found[decoded.Rows[i]] = (decoded.Examples.Times[i], decoded.TimeForms[i]);
        }

        return found;
    }
}
