using System.Text;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs;

/// <summary>Decodes records and reads off what came out.</summary>
internal static class Decoded
{
    /// <summary>The reason and field of a single record that must be refused.</summary>
    public static (string Reason, string Field) Refusal(RecordSchema schema, RecordBatch records)
    {
        var decoded = schema.CreateDecoder().Decode(records);
        Assert.Equal(0, decoded.Examples.Count);
        var letter = Assert.Single(decoded.DeadLetters);
        return (letter.Reason, letter.Field);
    }

    /// <summary>A batch of one record that must be an example.</summary>
    public static DecodedBatch Example(RecordSchema schema, RecordBatch records)
    {
        var decoded = schema.CreateDecoder().Decode(records);
        Assert.Empty(decoded.DeadLetters);
        Assert.Equal(1, decoded.Examples.Count);
        return decoded;
    }

    public static DecodedBatch Example(RecordSchema schema, string value) => Example(schema, BatchOf.Values(value));

    public static string Key(this DecodedBatch decoded, int row = 0) => Encoding.UTF8.GetString(decoded.Examples.Key(row));

    public static double[] Numbers(this DecodedBatch decoded, int row = 0) => decoded.Examples.Row(row).ToArray();
}
