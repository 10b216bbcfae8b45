using System.Text;
using System.Text.Unicode;
using StreamLearn.Learners.Language;
using StreamLearn.Streams.Records;

namespace StreamLearn.Streams.Codecs.Texts;

/// <summary>Which domain a record is of that does not name one itself.</summary>
internal sealed class TextDomain(TextSchema schema)
{
    private readonly byte[] _default = Encoding.UTF8.GetBytes(schema.DefaultDomain);

    /// <summary>The domain that the message key names, or the default one.</summary>
    internal ReadOnlySpan<byte> Of(RecordBatch records, int row) =>
        schema.KeyIsDomain && records.HasKey(row) ? records.Key(row) : _default;

    /// <summary>Whether a name is one of a domain.</summary>
    internal static bool IsUsable(ReadOnlySpan<byte> name) => name.Length is > 0 and <= LanguageTask.MostDomainBytes && Utf8.IsValid(name);
}
