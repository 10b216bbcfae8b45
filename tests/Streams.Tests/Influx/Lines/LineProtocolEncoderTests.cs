using System.Globalization;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Tests.Influx.Lines;

public class LineProtocolEncoderTests
{
    private static readonly MetricSchema Learning = new(
        "learning", new MetricField("loss", MetricType.Float), new MetricField("records", MetricType.Integer), new MetricField("bytes", MetricType.Unsigned),
        new MetricField("frozen", MetricType.Boolean), new MetricField("state", MetricType.Text));

    [Fact]
    public void Given_a_point_of_every_type_When_it_is_encoded_Then_it_is_one_line_with_its_tags_in_order()
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning, new MetricTag("pipeline", "link-load"), new MetricTag("key", "a")), Encoded.Time)
            .Set(0, 0.5).Set(1, -3L).Set(2, 7UL).Set(3, true).Set(4, "warm");

        Assert.Equal(
            "learning,key=a,pipeline=link-load loss=0.5,records=-3i,bytes=7u,frozen=true,state=\"warm\" 1700000000123456789\n",
            Encoded.Lines(batch));
    }

    [Fact]
    public void Given_fields_that_are_not_set_When_the_point_is_encoded_Then_they_are_not_written()
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning), 5).Set(3, false).Set(0, 1.0).Set(0, 2.0);

        Assert.Equal("learning loss=2,frozen=false 5\n", Encoded.Lines(batch));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e21, "1E+21")]
    [InlineData(5e-324, "5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(1.0 / 3, "0.3333333333333333")]
    public void Given_a_float_When_it_is_encoded_Then_it_has_the_fewest_digits_whatever_the_culture(double value, string written)
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
        try
        {
            Assert.Equal($"m f={written} 1\n", Encoded.Line(MetricType.Float, (batch, series) => batch.Add(series, 1).Set(0, value)));
            Assert.Equal("m f=-5i -1\n", Encoded.Line(MetricType.Integer, (batch, series) => batch.Add(series, -1).Set(0, -5L)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Given_a_value_that_is_not_finite_When_it_is_encoded_Then_it_is_left_out_and_counted_and_a_point_without_others_is_too(double value)
    {
        using var batch = new MetricBatch();
        var series = new MetricSeries(Learning);
        batch.Add(series, 1).Set(0, value).Set(1, 1L);
        batch.Add(series, 2).Set(0, value);
        batch.Add(series, 3);
        batch.Add(series, 4).Set(0, 4.0);
        var encoder = new LineProtocolEncoder(MetricPrecision.Nanoseconds);

        Assert.Equal("learning records=1i 1\nlearning loss=4 4\n", Encoded.Lines(batch, encoder));
        Assert.Equal((2, 2, 0), (encoder.NotFinite, encoder.WithoutFields, encoder.TooLarge));
    }

    [Theory]
    [InlineData(InfluxApi.V2, 5UL, "m f=5u 1\n")]
    [InlineData(InfluxApi.V2, ulong.MaxValue, "m f=18446744073709551615u 1\n")]
    [InlineData(InfluxApi.V1, 5UL, "m f=5i 1\n")]
    [InlineData(InfluxApi.V1, long.MaxValue, "m f=9223372036854775807i 1\n")]
    [InlineData(InfluxApi.V1, ulong.MaxValue, "")]
    public void Given_an_unsigned_value_When_the_server_has_none_Then_it_is_signed_where_it_fits_else_left_out(InfluxApi api, ulong value, string line) =>
        Assert.Equal(line, Encoded.Line(MetricType.Unsigned, (batch, series) => batch.Add(series, 1).Set(0, value), api));

    [Theory]
    [InlineData(MetricPrecision.Nanoseconds, 1_999_999_999, 1_999_999_999)]
    [InlineData(MetricPrecision.Microseconds, 1_999_999_999, 1_999_999)]
    [InlineData(MetricPrecision.Milliseconds, 1_999_999_999, 1_999)]
    [InlineData(MetricPrecision.Seconds, 1_999_999_999, 1)]
    [InlineData(MetricPrecision.Seconds, -1, -1)]
    [InlineData(MetricPrecision.Milliseconds, -1_000_000, -1)]
    [InlineData(MetricPrecision.Nanoseconds, long.MinValue, long.MinValue)]
    public void Given_a_unit_of_time_When_a_point_is_encoded_Then_its_time_is_rounded_down_to_it(MetricPrecision precision, long time, long written)
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning), time).Set(1, 1L);

        Assert.Equal(written, Assert.Single(Encoded.Parsed(batch, new LineProtocolEncoder(precision))).Time);
    }

    [Fact]
    public void Given_an_instant_When_a_point_is_added_Then_it_has_its_nanoseconds()
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning), new DateTimeOffset(2023, 11, 14, 23, 13, 20, 123, TimeSpan.FromHours(1))).Set(1, 1L);

        Assert.Equal(1_700_000_000_123_000_000, Assert.Single(Encoded.Parsed(batch)).Time);
    }

    [Theory]
    [InlineData("a b", "a\\ b")]
    [InlineData("a,b=c", "a\\,b\\=c")]
    [InlineData("a\"b", "a\"b")]
    [InlineData("a\nb\r\tc\0", "a\\ b\\ \\ c\\ ")]
    [InlineData("C:\\temp", "C:\\temp")]
    [InlineData("a\\", "a/")]
    [InlineData("a\\\\b", "a/\\b")]
    [InlineData("a\\ b", "a/\\ b")]
    [InlineData("a\\,b", "a/\\,b")]
    [InlineData("a\\=b", "a/\\=b")]
    [InlineData("\U0001F600é", "\U0001F600é")]
    [InlineData("a\r\nb injected=1 1", "a\\ \\ b\\ injected\\=1\\ 1")]
    public void Given_a_tag_with_signs_of_the_protocol_When_it_is_encoded_Then_they_are_escaped_or_replaced(string value, string written)
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning, new MetricTag(value, value)), 1).Set(1, 1L);

        Assert.Equal($"learning,{written}={written} records=1i 1\n", Encoded.Lines(batch));
    }

    [Theory]
    [InlineData("a b,c=d", "a\\ b\\,c=d")]
    [InlineData("#a", "_a")]
    [InlineData("a\\", "a/")]
    public void Given_a_measurement_with_signs_of_the_protocol_When_it_is_encoded_Then_they_are_escaped_or_replaced(string name, string written)
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(new MetricSchema(name, new MetricField("f g", MetricType.Integer))), 1).Set(0, 1L);

        Assert.Equal($"{written} f\\ g=1i 1\n", Encoded.Lines(batch));
    }

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("a \"b\", c\\", "\"a \\\"b\\\", c\\\\\"")]
    [InlineData("a\r\nb", "\"a  b\"")]
    public void Given_text_as_a_field_When_it_is_encoded_Then_quotes_and_backslashes_are_escaped_and_line_breaks_are_spaces(string value, string written) =>
        Assert.Equal($"m f={written} 1\n", Encoded.Line(MetricType.Text, (batch, series) => batch.Add(series, 1).Set(0, value)));

    [Fact]
    public void Given_long_texts_When_they_are_encoded_Then_the_buffer_grows_with_them()
    {
        using var batch = new MetricBatch();
        var schema = new MetricSchema("m", [.. Enumerable.Range(0, MetricSchema.MostFields).Select(i => new MetricField($"f{i}", MetricType.Text))]);
        for (var i = 0; i < 20; i++)
        {
            var point = batch.Add(new MetricSeries(schema), i);
            for (var field = 0; field < MetricSchema.MostFields; field++)
            {
                point.Set(field, new string((char)('a' + (field % 26)), i * field * 7) + "\"€");
            }
        }

        var parsed = Encoded.Parsed(batch);

        Assert.Equal(20, parsed.Count);
        Assert.All(parsed, point => Assert.All(
            point.Fields.Select((field, at) => (field.Value, at)),
            field => Assert.Equal(new string((char)('a' + (field.at % 26)), (int)point.Time * field.at * 7) + "\"€", field.Value)));
    }

    [Fact]
    public void Given_tags_of_the_encoder_When_a_series_has_one_of_the_same_name_Then_its_own_counts()
    {
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(Learning, new MetricTag("node", "own"), new MetricTag("empty", "")), 1).Set(1, 1L);
        var encoder = new LineProtocolEncoder(
            MetricPrecision.Nanoseconds, InfluxApi.V2, new MetricTag("zone", "z"), new MetricTag("node", "all"), new MetricTag("a", "1"));

        Assert.Equal("learning,a=1,node=own,zone=z records=1i 1\n", Encoded.Lines(batch, encoder));
        Assert.Equal("learning,node=own records=1i 1\n", Encoded.Lines(batch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("time")]
    [InlineData("_field")]
    [InlineData("_measurement")]
    public void Given_a_name_that_servers_keep_for_themselves_When_it_is_used_Then_it_is_refused(string name)
    {
        var refused = Assert.Throws<ArgumentException>(() => new MetricField(name, MetricType.Float));

        Assert.Contains(name.Length == 0 ? "is empty" : $"is '{name}'", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MetricSeries(Learning, new MetricTag(name, "x")));
    }

    [Fact]
    public void Given_names_that_are_there_twice_When_they_are_used_Then_they_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MetricSchema("m", new MetricField("a", MetricType.Float), new MetricField("a", MetricType.Integer)));
        Assert.Throws<ArgumentException>(() => new MetricSeries(Learning, new MetricTag("a\n", "1"), new MetricTag("a ", "2")));
        Assert.Throws<ArgumentException>(() => new MetricSchema("m"));
        Assert.Throws<ArgumentException>(() => new MetricSchema("", new MetricField("a", MetricType.Float)));
    }

    [Fact]
    public void Given_a_value_of_another_type_than_the_schemas_When_it_is_set_Then_it_is_refused()
    {
        using var batch = new MetricBatch();

        var refused = Assert.Throws<ArgumentException>(() => batch.Add(new MetricSeries(Learning), 1).Set(1, 1.0));

        Assert.Contains("learning.records is set as Float; expected Integer", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, Learning.IndexOf("records"));
        Assert.Contains("one of loss, records", Assert.Throws<ArgumentException>(() => Learning.IndexOf("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_batch_of_a_pool_When_it_is_given_back_twice_Then_it_is_not_handed_out_twice()
    {
        var pool = new MetricBatchPool();
        var batch = pool.Rent();
        batch.Add(new MetricSeries(Learning), 1);
        batch.Dispose();
        batch.Dispose();

        var again = pool.Rent();

        Assert.Same(batch, again);
        Assert.Equal(0, again.Count);
        Assert.NotSame(again, pool.Rent());
    }

    [Fact]
    public void Given_batches_that_are_used_again_When_they_are_filled_and_encoded_Then_nothing_is_allocated()
    {
        var pool = new MetricBatchPool();
        var series = Enumerable.Range(0, 100).Select(i => new MetricSeries(Learning, new MetricTag("key", $"link {i}"))).ToArray();
        var encoder = new LineProtocolEncoder(MetricPrecision.Milliseconds, InfluxApi.V2, new MetricTag("node", "a"));
        using var lines = new LineBuffer();
        Fill();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 10; round++)
        {
            Fill();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, lines.Lines);

        void Fill()
        {
            using var batch = pool.Rent();
            lines.Clear();
            for (var i = 0; i < 1000; i++)
            {
                batch.Add(series[i % series.Length], Encoded.Time + i).Set(0, i / 7.0).Set(1, (long)i).Set(2, (ulong)i).Set(3, i % 2 == 0).Set(4, "a \"state\"");
            }

            encoder.Encode(batch, lines);
        }
    }
}
