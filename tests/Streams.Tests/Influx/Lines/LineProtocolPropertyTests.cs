using System.Text;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Streams.Tests.Influx.Lines;

/// <summary>What holds for every point: a parser that knows nothing of the encoder reads what was put in.</summary>
public class LineProtocolPropertyTests
{
    private static readonly string[] Alphabet =
    [
        "a", "B", "0", " ", ",", "=", "\"", "\\", "\n", "\r", "\t", "\0", "#", "i", "u", "t", "true", "é", "漢", "\U0001F600", "\ud800", "\udc00", "'", ":", "\u0085", "-",
    ];

    [Property(MaxTest = 1000)]
    public void Given_any_names_and_tags_When_a_point_is_encoded_Then_a_parser_finds_them(
        NonNegativeInt[] measurement, (NonNegativeInt[] Key, NonNegativeInt[] Value)[] tags, NonNegativeInt[] field)
    {
        var name = Text(measurement, "m");
        var fieldName = Text(field, "f");
        var unique = tags.Select(tag => new MetricTag(Text(tag.Key, "k"), Text(tag.Value, ""))).DistinctBy(tag => Readable(tag.Key)).ToArray();
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(new MetricSchema(name, new MetricField(fieldName, MetricType.Integer)), unique), 7).Set(0, 1L);

        var point = Assert.Single(Encoded.Parsed(batch));

        Assert.Equal(Readable(name[0] == '#' ? "_" + name[1..] : name), point.Measurement);
        Assert.Equal(
            unique.Where(tag => tag.Value.Length > 0).Select(tag => (Readable(tag.Key), Readable(tag.Value))).ToHashSet(),
            point.Tags.ToHashSet());
        Assert.Equal([(Readable(fieldName), 1L)], point.Fields);
    }

    [Property(MaxTest = 1000)]
    public void Given_any_values_When_points_are_encoded_Then_a_parser_finds_them_bit_for_bit(
        (ulong Bits, NormalFloat Number, long Whole, bool Flag, NonNegativeInt[] Text, byte Present, long Time)[] values)
    {
        var schema = new MetricSchema(
            "m", new MetricField("bits", MetricType.Float), new MetricField("number", MetricType.Float), new MetricField("whole", MetricType.Integer),
            new MetricField("unsigned", MetricType.Unsigned), new MetricField("flag", MetricType.Boolean), new MetricField("text", MetricType.Text));
        var series = new MetricSeries(schema, new MetricTag("t", "x"));
        using var batch = new MetricBatch();
        var expected = new List<(long Time, List<(string, object)> Fields)>();
        foreach (var value in values)
        {
            var point = batch.Add(series, value.Time);
            var fields = new List<(string, object)>();
            var bits = BitConverter.UInt64BitsToDouble(value.Bits);
            if ((value.Present & 1) != 0)
            {
                point.Set(0, bits);
                if (double.IsFinite(bits))
                {
                    fields.Add(("bits", bits));
                }
            }

            if ((value.Present & 2) != 0)
            {
                point.Set(1, value.Number.Get);
                fields.Add(("number", value.Number.Get));
            }

            if ((value.Present & 4) != 0)
            {
                point.Set(2, value.Whole);
                fields.Add(("whole", value.Whole));
            }

            if ((value.Present & 8) != 0)
            {
                point.Set(3, value.Bits);
                fields.Add(("unsigned", value.Bits));
            }

            if ((value.Present & 16) != 0)
            {
                point.Set(4, value.Flag);
                fields.Add(("flag", value.Flag));
            }

            if ((value.Present & 32) != 0)
            {
                var text = Text(value.Text, "");
                point.Set(5, text);
                fields.Add(("text", WellFormed(text).Replace('\n', ' ').Replace('\r', ' ')));
            }

            if (fields.Count > 0)
            {
                expected.Add((value.Time, fields));
            }
        }

        var parsed = Encoded.Parsed(batch);

        Assert.Equal(expected.Count, parsed.Count);
        foreach (var ((time, fields), point) in expected.Zip(parsed))
        {
            Assert.Equal(time, point.Time);
            Assert.Equal(fields.Select(Bits), point.Fields.Select(Bits));
        }
    }

    [Property(MaxTest = 300)]
    public void Given_tags_in_any_order_When_a_series_is_encoded_Then_they_are_in_the_order_of_the_bytes_of_their_names((NonNegativeInt[] Key, NonNegativeInt[] Value)[] tags)
    {
        var unique = tags.Select(tag => new MetricTag(Text(tag.Key, "k"), Text(tag.Value, "v"))).DistinctBy(tag => Readable(tag.Key)).ToArray();
        var schema = new MetricSchema("m", new MetricField("f", MetricType.Integer));
        using var batch = new MetricBatch();
        batch.Add(new MetricSeries(schema, unique), 1).Set(0, 1L);
        batch.Add(new MetricSeries(schema, [.. unique.Reverse()]), 1).Set(0, 1L);

        // The same whichever half of them the encoder has.
        using var half = new MetricBatch();
        half.Add(new MetricSeries(schema, unique[..(unique.Length / 2)]), 1).Set(0, 1L);
        var lines = Encoded.Lines(batch);
        var twice = lines.Split('\n');

        Assert.Equal(twice[0], twice[1]);
        Assert.Equal(twice[0] + "\n", Encoded.Lines(half, new LineProtocolEncoder(MetricPrecision.Nanoseconds, InfluxApi.V2, unique[(unique.Length / 2)..])));
    }

    private static (string, object) Bits((string Key, object Value) field) =>
        (field.Key, field.Value is double number ? BitConverter.DoubleToInt64Bits(number) : field.Value);

    private static string Text(NonNegativeInt[] letters, string empty) =>
        letters.Length == 0 ? empty : string.Concat(letters.Select(letter => Alphabet[letter.Get % Alphabet.Length]));

    /// <summary>What can be said of a name in line protocol, as the documentation of the encoder has it.</summary>
    private static string Readable(string name)
    {
        var text = WellFormed(name).Select(c => char.IsControl(c) ? ' ' : c).ToArray();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && (i + 1 == text.Length || " ,=\"".Contains(text[i + 1]) || WellFormed(name)[i + 1] == '\\'))
            {
                text[i] = '/';
            }
        }

        return new string(text);
    }

    /// <summary>Halves of characters are none in UTF-8.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
