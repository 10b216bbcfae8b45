using System.Text;
using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Language;

namespace StreamLearn.Streams.Codecs.Texts;

/// <summary>Records that are texts: <c>json</c>, objects with a field of the text; or <c>text</c>, the whole value is the text. A record without a time has Kafka's
/// timestamp.</summary>
public sealed record TextSchema : SourceSchema
{
    /// <summary>Field of the text.</summary>
    public string Text { get; init; } = "text";

    /// <summary>Field of the domain. A record that does not have it is of <see cref="DefaultDomain"/>, or of the one that its message key names.</summary>
    public string Domain { get; init; } = "domain";

    /// <summary>The domain of records that name none.</summary>
    public string DefaultDomain { get; init; } = "text";

    /// <summary>Whether a message key names the domain of records that name none themselves; it then is no key of a learner.</summary>
    public bool KeyIsDomain { get; init; }

    /// <summary>Most bytes of a text; one with more is a dead letter. It is to fit into a message between nodes. Default 100,000.</summary>
    public int MostBytes { get; init; } = 100_000;

    /// <summary>Not the Kafka message key by default: texts are of one model.</summary>
    internal bool HasOneKey => KeyIsDomain && Key.Length == 0;

    /// <inheritdoc/>
    public override string FieldOf(ExampleStatus refused) => refused == ExampleStatus.UnknownDomain && Format == "json" ? Domain : "";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() =>
    [
        .. base.Settings(), ("text", Text), ("domain", Domain), ("default-domain", DefaultDomain), ("key-is-domain", KeyIsDomain), ("max-bytes", MostBytes),
    ];

    /// <inheritdoc/>
    public override IRecordDecoder CreateDecoder()
    {
        if (Encoding.UTF8.GetByteCount(DefaultDomain) is < 1 or > LanguageTask.MostDomainBytes)
        {
            throw new ArgumentException($"The default domain is '{DefaultDomain}'; expected a name of 1 to {LanguageTask.MostDomainBytes} bytes.");
        }

        if (Format == "json" && (Text.Length == 0 || Text == Domain))
        {
            throw new ArgumentException($"Fields '{Text}' and '{Domain}' of text and domain; expected names that differ.");
        }

        if (Format == "text" && (Key.Length > 0 || Time.Length > 0))
        {
            throw new ArgumentException($"Fields '{Key}' and '{Time}' of key and time; expected none: with format = text the whole value is the text.");
        }

        return Format switch
        {
            "json" => new JsonTextDecoder(this),
            "text" => new PlainTextDecoder(this),
            _ => throw new ArgumentException($"Format '{Format}'; expected json or text."),
        };
    }
}
