using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Streams.Tests.Codecs;

public class ForecastEncoderTests
{
    private const long Instant = 1_700_000_000_123;
    private static readonly ForecastTask Task = new() { Horizons = [1, 12], StepMilliseconds = 300_000 };
    private static readonly string[] Interval = ["value", "lo", "hi"];
    private static readonly double[] Prediction = [1.5, -0.25, 1e300, 2, 0.1, 3];

    [Fact]
    public void Given_a_prediction_When_it_is_encoded_Then_it_has_the_fields_of_the_topic_and_no_others()
    {
        using var json = Encode(Task, "a>b", Instant, TimeUnit.Milliseconds);

        Assert.Equal(["key", "time", "forecasts", "model_version"], Names(json.RootElement));
        Assert.Equal("a>b", json.RootElement.GetProperty("key").GetString());
        Assert.Equal(Instant, json.RootElement.GetProperty("time").GetInt64());
        Assert.Equal(42, json.RootElement.GetProperty("model_version").GetInt64());
        var forecasts = json.RootElement.GetProperty("forecasts").EnumerateArray().ToArray();
        Assert.Equal(2, forecasts.Length);
        Assert.All(forecasts, forecast => Assert.Equal(["horizon", "time", "value", "lo", "hi"], Names(forecast)));
        Assert.Equal([1, 12], forecasts.Select(forecast => forecast.GetProperty("horizon").GetInt32()));
        Assert.Equal([Instant + 300_000, Instant + 3_600_000], forecasts.Select(forecast => forecast.GetProperty("time").GetInt64()));
        Assert.Equal(
            Prediction,
            forecasts.SelectMany(forecast => Interval.Select(name => forecast.GetProperty(name).GetDouble())));
    }

    [Theory]
    [InlineData(1_700_000_000_000, TimeUnit.Seconds, "1700000000", "1700000300")]
    [InlineData(Instant, TimeUnit.Seconds, "1700000000.123", "1700000300.123")]
    [InlineData(-1, TimeUnit.Seconds, "-0.001", "299.999")]
    [InlineData(Instant, TimeUnit.Milliseconds, "1700000000123", "1700000300123")]
    [InlineData(Instant, TimeUnit.Microseconds, "1700000000123000", "1700000300123000")]
    [InlineData(Instant, TimeUnit.Nanoseconds, "1700000000123000000", "1700000300123000000")]
    [InlineData(Instant, TimeUnit.Iso, "\"2023-11-14T22:13:20.123Z\"", "\"2023-11-14T22:18:20.123Z\"")]
    [InlineData(1_700_000_000_000, TimeUnit.Iso, "\"2023-11-14T22:13:20Z\"", "\"2023-11-14T22:18:20Z\"")]
    public void Given_a_time_in_any_form_When_its_forecast_is_encoded_Then_times_have_the_same_form(
        long time, TimeUnit form, string written, string firstForecast)
    {
        using var json = Encode(Task, "a", time, form);

        Assert.Equal(written, json.RootElement.GetProperty("time").GetRawText());
        Assert.Equal(firstForecast, json.RootElement.GetProperty("forecasts")[0].GetProperty("time").GetRawText());
    }

    [Theory]
    [InlineData("1700000000")]
    [InlineData("1700000000.123")]
    [InlineData("1700000000123")]
    [InlineData("1700000000123000")]
    [InlineData("1700000000123000000")]
    [InlineData("\"2023-11-14T22:13:20.123Z\"")]
    [InlineData("\"2023-11-14T22:13:20Z\"")]
    public void Given_a_time_that_was_decoded_When_it_is_encoded_Then_it_is_written_as_it_came(string written)
    {
        var decoded = Decoded.Example(new RecordSchema(), $$"""{"key":"a","time":{{written}},"value":1}""");

        using var json = Encode(Task, "a", decoded.Examples.Times[0], decoded.TimeForms[0]);

        Assert.Equal(written, json.RootElement.GetProperty("time").GetRawText());
    }

    [Fact]
    public void Given_a_task_without_a_step_When_a_prediction_is_encoded_Then_forecast_times_are_null()
    {
        using var json = Encode(Task with { StepMilliseconds = 0 }, "a", Instant, TimeUnit.Iso);

        Assert.All(
            json.RootElement.GetProperty("forecasts").EnumerateArray(),
            forecast => Assert.Equal(JsonValueKind.Null, forecast.GetProperty("time").ValueKind));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(253_402_300_799_999)]
    public void Given_a_time_at_the_end_of_all_times_When_a_prediction_is_encoded_Then_it_is_json_all_the_same(long time)
    {
        foreach (var form in Enum.GetValues<TimeUnit>())
        {
            using var json = Encode(Task, "a", time, form);
            Assert.Equal(2, json.RootElement.GetProperty("forecasts").GetArrayLength());
        }
    }

    [Property(MaxTest = 300)]
    public void Given_any_key_When_a_prediction_is_encoded_Then_the_key_reads_back(NonNull<string> text)
    {
        var key = CsvReference.Plain(text.Get);

        using var json = Encode(Task, key, Instant, TimeUnit.Iso);

        Assert.Equal(key, json.RootElement.GetProperty("key").GetString());
    }

    [Property(MaxTest = 300)]
    public void Given_any_finite_doubles_When_they_are_encoded_Then_they_read_back_bit_for_bit(NormalFloat value, NormalFloat low, NormalFloat high)
    {
        double[] prediction = [value.Get, low.Get, high.Get];
        using var encoder = new ForecastEncoder(Task with { Horizons = [1] });

        using var json = JsonDocument.Parse(encoder.Encode("a"u8, 0, TimeUnit.Seconds, prediction, 0));

        var forecast = json.RootElement.GetProperty("forecasts")[0];
        Assert.Equal(
            prediction.Select(BitConverter.DoubleToInt64Bits),
            Interval.Select(name => BitConverter.DoubleToInt64Bits(forecast.GetProperty(name).GetDouble())));
    }

    [Fact]
    public void Given_an_encoder_that_was_used_When_it_encodes_a_shorter_one_Then_nothing_of_the_first_is_left()
    {
        using var encoder = new ForecastEncoder(Task);
        var first = encoder.Encode(Encoding.UTF8.GetBytes(new string('k', 5000)), Instant, TimeUnit.Iso, Prediction, 1);

        using var json = JsonDocument.Parse(encoder.Encode("a"u8, Instant, TimeUnit.Iso, Prediction, 1));

        Assert.Equal("a", json.RootElement.GetProperty("key").GetString());
        using var firstJson = JsonDocument.Parse(first);
        Assert.Equal(5000, firstJson.RootElement.GetProperty("key").GetString()!.Length);
    }

    private static JsonDocument Encode(ForecastTask task, string key, long time, TimeUnit form)
    {
        using var encoder = new ForecastEncoder(task);
        return JsonDocument.Parse(encoder.Encode(Encoding.UTF8.GetBytes(key), time, form, Prediction, 42));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
