using StreamLearn.Learners.Language;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs.Texts;

/// <summary>Texts, one a message, whose bytes are the whole value, whatever they are: a tokenizer of bytes takes them as they are, another one reads what is no
/// UTF-8 as U+FFFD. The domain is the message key, or one for all; the time is Kafka's.</summary>
public sealed class PlainTextDecoder : IRecordDecoder
{
    private readonly TextSchema _schema;
    private readonly TextDomain _domains;
    private readonly PayloadColumns<LanguageRecordWriter> _columns;

    internal PlainTextDecoder(TextSchema schema)
    {
        _schema = schema;
        _domains = new TextDomain(schema);
        _columns = new PayloadColumns<LanguageRecordWriter>("", "", 0, schema.HasOneKey);
    }

    /// <inheritdoc/>
    public DecodedBatch Decode(RecordBatch records)
    {
        _columns.Start(records);
        for (var row = 0; row < records.Count; row++)
        {
            _columns.Begin(row);
            if (!records.HasValue(row))
            {
                _columns.CommitTombstone();
            }
            else if ((_columns.Complete(optionalTime: false) ?? Check(records, row)) is { } problem)
            {
                _columns.Refuse(problem.Reason, problem.Field);
            }
            else
            {
                _columns.Payloads.Write(_domains.Of(records, row), records.Value(row));
                _columns.Commit();
            }
        }

        return _columns.Finish();
    }

    private (string Reason, string Field)? Check(RecordBatch records, int row) =>
        !TextDomain.IsUsable(_domains.Of(records, row)) ? (DeadLetterReason.BadDomain, "")
        : records.Value(row).IsEmpty ? (DeadLetterReason.EmptyText, "")
        : records.Value(row).Length > _schema.MostBytes ? (DeadLetterReason.TooLarge, "")
        : null;
}
