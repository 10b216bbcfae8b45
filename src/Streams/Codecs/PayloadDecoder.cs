using StreamLearn.Learners.Examples;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs;

/// <summary>Records of a task with payloads, one a message; what a value says is the subclass's.</summary>
/// <typeparam name="TWriter">Writes the payloads of the task.</typeparam>
public abstract class PayloadDecoder<TWriter> : IRecordDecoder
    where TWriter : PayloadWriter, new()
{
    private protected PayloadDecoder(PayloadColumns<TWriter> columns) => Columns = columns;

    /// <summary>Where records go.</summary>
    private protected PayloadColumns<TWriter> Columns { get; }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        Columns.Start(records);
        for (var row = 0; row < records.Count; row++)
        {
            Columns.Begin(row);
            if (!records.HasValue(row))
            {
                Columns.CommitTombstone();
            }
            else if (Read(records.Value(row)) is { } problem)
            {
                Columns.Refuse(problem.Reason, problem.Field);
            }
            else
            {
                Write(Columns.Payloads);
                Columns.Commit();
            }
        }

        return Columns.Finish();
    }

    /// <summary>Reads a value; what is wrong with it, or null.</summary>
    private protected abstract (string Reason, string Field)? Read(ReadOnlySpan<byte> value);

    /// <summary>Writes what was read.</summary>
    private protected abstract void Write(TWriter payloads);
}
