using System.Text.Json;
using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>Records that are JSON objects in UTF-8, one a message; what their fields mean is the subclass's.</summary>
/// <typeparam name="TWriter">Writes the payloads of the task.</typeparam>
public abstract class PayloadJsonDecoder<TWriter> : IRecordDecoder
    where TWriter : PayloadWriter, new()
{
    private protected PayloadJsonDecoder(PayloadColumns<TWriter> columns) => Columns = columns;

    /// <summary>Where records go.</summary>
    private protected PayloadColumns<TWriter> Columns { get; }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        Columns.Start(records);
        for (var row = 0; row < records.Count; row++)
        {
            Columns.Begin(row);
            if (records.HasValue(row))
            {
                DecodeValue(records.Value(row));
            }
            else
            {
                Columns.CommitTombstone();
            }
        }

        return Columns.Finish();
    }

    /// <summary>Reads the object; what is wrong with it, or null.</summary>
    private protected abstract (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader);

    /// <summary>Writes the object that was read.</summary>
    private protected abstract void Write(TWriter payloads);

    private void DecodeValue(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (ReadObject(ref reader) is { } problem)
            {
                Columns.Refuse(problem.Reason, problem.Field);
            }
            else
            {
                Write(Columns.Payloads);
                Columns.Commit();
            }
        }
        catch (JsonException)
        {
            Columns.Refuse(DeadLetterReason.Malformed, "");
        }
    }
}
