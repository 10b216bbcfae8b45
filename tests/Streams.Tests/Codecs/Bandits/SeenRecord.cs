using System.Text;
using StreamLearn.Learners.Bandits;
using StreamLearn.Streams.Codecs;
using StreamLearn.Streams.Records;
using StreamLearn.Streams.Tests.Records;

namespace StreamLearn.Streams.Tests.Codecs.Bandits;

/// <summary>A record of the task bandit, copied out of a batch.</summary>
internal sealed record SeenRecord(
    BanditRecordKind Kind, string Key, long Time, string Id, int Actions, float[] Shared, float[] PerAction, byte[] Allowed, string[] Names,
    int Action, double Probability, double Feedback)
{
    /// <summary>The only record of a batch, which must be accepted.</summary>
    internal static SeenRecord Of(IRecordDecoder decoder, RecordBatch records)
    {
        var decoded = decoder.Decode(records);
        Assert.Empty(decoded.DeadLetters);
        Assert.Equal(1, decoded.Examples.Count);
        return Of(decoded, 0);
    }

    internal static SeenRecord Of(IRecordDecoder decoder, string value) => Of(decoder, BatchOf.Values(value));

    internal static SeenRecord Of(DecodedBatch decoded, int row)
    {
        Assert.True(BanditRecord.TryRead(decoded.Examples.Payload(row), out var record));
        var context = record.Context;
        var names = new string[record.HasNames ? context.Actions : 0];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Encoding.UTF8.GetString(record.NameOf(i));
        }

        return new SeenRecord(
            record.Kind, decoded.Key(row), decoded.Examples.Times[row], Encoding.UTF8.GetString(record.Id), context.Actions,
            context.Shared.ToArray(), context.PerAction.ToArray(), context.Allowed.ToArray(), names, record.Action, record.Probability,
            record.Feedback);
    }

    /// <summary>The reason and field of a single record that must be refused.</summary>
    internal static (string Reason, string Field) Refusal(IRecordDecoder decoder, string value)
    {
        var decoded = decoder.Decode(BatchOf.Values(value));
        Assert.Equal(0, decoded.Examples.Count);
        var letter = Assert.Single(decoded.DeadLetters);
        return (letter.Reason, letter.Field);
    }
}
