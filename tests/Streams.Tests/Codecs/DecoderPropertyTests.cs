using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

/// <summary>What holds for every record that may come.</summary>
public class DecoderPropertyTests
{
    private const string Alphabet = "{}[]\",:\\ \n0123456789eE+-.utfnalseky\u00e9";

    private static readonly RecordSchema Json = new() { Features = ["x"] };
    private static readonly SourceSchema[] OfLabels =
    [
        Supervised.Examples.Classify, Supervised.Examples.Regress, Supervised.Examples.Csv, Supervised.Examples.Labels,
        Supervised.Examples.Classify with { Key = "", Time = "", Task = Supervised.Examples.Classify.Task with { LabelsComeApart = true } },
    ];

    private static readonly RecordSchema Csv = Json with { Format = "csv", Columns = ["key", "time", "value", "x"] };

    [Property(MaxTest = 500)]
    public void Given_any_bytes_When_they_are_decoded_Then_each_record_is_an_example_or_a_dead_letter((byte[]? Key, byte[]? Value)[] records)
    {
        CheckAllAccountedFor(Json, records);
        CheckAllAccountedFor(Csv, records);
        CheckAllAccountedFor(Json with { Key = "", Time = "" }, records);
        Assert.All(OfLabels, schema => CheckAllAccountedFor(schema, records));
    }

    [Property(MaxTest = 500)]
    public void Given_text_of_the_characters_of_json_When_it_is_decoded_Then_each_record_is_accounted_for(NonNegativeInt[][] texts)
    {
        var records = Utf8(texts.Select(text => string.Concat(text.Select(c => Alphabet[c.Get % Alphabet.Length]))));

        CheckAllAccountedFor(Json, records);
        Assert.All(OfLabels, schema => CheckAllAccountedFor(schema, records));
    }

    [Property(MaxTest = 500)]
    public void Given_good_features_and_labels_cut_or_changed_anywhere_When_they_are_decoded_Then_they_are_accounted_for(NonNegativeInt at, byte change)
    {
        string[] good =
        [
            """{"key":"k","id":"caf\u00e9","time":"2023-11-14T23:13:20.123+01:00","features":{"x":-1.5e3,"y":true},"label":"1.0","z":[{"a":null}]}""",
            """{"key":"k","id":17,"x":1,"y":2e-3,"time":1,"label":-0.50}""", "k,\"e\"\"1\",1,1.5,true,\"1.0\"",
        ];
        Assert.All(good.SelectMany(one => OfLabels.Select(schema => (one, schema))), row =>
        {
            var cut = at.Get % row.one.Length;
            var changed = Encoding.UTF8.GetBytes(row.one);
            changed[cut] = change;
            CheckAllAccountedFor(row.schema, [.. Utf8([row.one, row.one[..cut], row.one[cut..]]), (null, changed)]);
        });
    }

    [Property(MaxTest = 500)]
    public void Given_a_good_record_cut_or_changed_anywhere_When_it_is_decoded_Then_it_is_accounted_for(NonNegativeInt at, byte change)
    {
        const string good = """{"key":"caf\u00e9","time":"2023-11-14T23:13:20.123+01:00","value":-1.5e3,"x":[{"a":null}],"x":2}""";
        var cut = at.Get % good.Length;
        var changed = Encoding.UTF8.GetBytes(good);
        changed[cut] = change;

        CheckAllAccountedFor(Json, [.. Utf8([good, good[..cut], good[cut..]]), (null, changed)]);
        CheckAllAccountedFor(Csv, [.. Utf8([good, good[..cut], good[cut..]]), (null, changed)]);
    }

    [Property(MaxTest = 500)]
    public void Given_any_finite_doubles_When_their_record_is_decoded_Then_they_are_the_same_bit_for_bit(
        NormalFloat value, NormalFloat feature, ulong bits)
    {
        var any = BitConverter.UInt64BitsToDouble(bits) is var number && double.IsFinite(number) ? number : 0.1;

        foreach (var (first, second) in new[] { (value.Get, feature.Get), (any, -any) })
        {
            var texts = new[] { first, second }.Select(number => number.ToString("R", CultureInfo.InvariantCulture)).ToArray();
            var json = Decoded.Example(Json, $$"""{"key":"a","time":1,"value":{{texts[0]}},"x":{{texts[1]}}}""");
            var csv = Decoded.Example(Csv, $"a,1,{texts[0]},{texts[1]}");

            CheckBits([first, second], json.Numbers());
            CheckBits([first, second], csv.Numbers());
        }
    }

    [Property(MaxTest = 300)]
    public void Given_any_text_as_key_When_dotnet_writes_the_record_Then_it_is_the_key_of_the_example(NonEmptyString text)
    {
        var key = CsvReference.Plain(text.Get);

        var decoded = Decoded.Example(Json, System.Text.Json.JsonSerializer.Serialize(new { key, time = 1, value = 2, x = 3 }));

        Assert.Equal(key, decoded.Key());
    }

    private static (byte[]? Key, byte[]? Value)[] Utf8(IEnumerable<string> texts) =>
        [.. texts.Select(text => ((byte[]?)null, (byte[]?)Encoding.UTF8.GetBytes(text)))];

    private static void CheckBits(double[] expected, double[] actual) =>
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));

    private static void CheckAllAccountedFor(SourceSchema schema, (byte[]? Key, byte[]? Value)[] records)
    {
        var decoded = schema.CreateDecoder().Decode(BatchOf.Bytes(records));

        Assert.Equal(Enumerable.Range(0, records.Length), decoded.Rows.Concat(decoded.DeadLetters.Select(letter => letter.Row)).Order());
        Assert.Equal(decoded.Rows.Order(), decoded.Rows);
        Assert.Equal(decoded.Rows.Select(row => BatchOf.FirstOffset + row), decoded.Examples.Offsets);
        Assert.All(decoded.Examples.Values, number => Assert.True(double.IsFinite(number)));
        for (var row = 0; row < decoded.Examples.Count; row++)
        {
            Assert.InRange(decoded.Examples.Key(row).Length, 1, DeadLetterReason.MaxKeyBytes);
        }
    }
}
