using StreamLearn.Learners.Examples;

namespace StreamLearn.Learners.Language;

/// <summary>Writes records as <see cref="LanguageRecord"/> reads them.</summary>
public sealed class LanguageRecordWriter : PayloadWriter
{
    /// <summary>A text.</summary>
    /// <param name="domain">UTF-8, from 1 to <see cref="LanguageTask.MostDomainBytes"/> bytes.</param>
    /// <param name="text">At least 1 byte.</param>
    public void Write(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> text)
    {
        if (domain.Length is < 1 or > LanguageTask.MostDomainBytes || text.IsEmpty)
        {
            throw new ArgumentException(
                $"A domain of {domain.Length} bytes and a text of {text.Length}; expected from 1 to {LanguageTask.MostDomainBytes}, and 1 or more.");
        }

        WriteText(domain);
        WriteRaw(text);
    }
}
