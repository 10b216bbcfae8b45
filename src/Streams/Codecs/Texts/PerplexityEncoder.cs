using System.Buffers;
using System.Text.Json;

namespace StreamLearn.Streams.Codecs.Texts;

/// <summary>Writes how texts were foreseen as JSON in UTF-8: <c>{"key","time","domain","tokens","perplexity","model_version"}</c>, times in the form of the input
/// record. Not thread-safe: one for each stream.</summary>
public sealed class PerplexityEncoder : IDisposable
{
    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText TimeName = JsonEncodedText.Encode("time");
    private static readonly JsonEncodedText DomainName = JsonEncodedText.Encode("domain");
    private static readonly JsonEncodedText TokensName = JsonEncodedText.Encode("tokens");
    private static readonly JsonEncodedText PerplexityName = JsonEncodedText.Encode("perplexity");
    private static readonly JsonEncodedText VersionName = JsonEncodedText.Encode("model_version");

    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _writer;

    public PerplexityEncoder() =>
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = RelaxedJson.Encoder });

    /// <summary>The value of a prediction record.</summary>
    /// <param name="key">UTF-8.</param>
    /// <param name="time">Event time of the record, ms since 1970.</param>
    /// <param name="form">How the record wrote it.</param>
    /// <param name="domain">The text's domain, UTF-8.</param>
    /// <param name="score">{tokens, perplexity}.</param>
    /// <param name="modelVersion">Texts that the model had learned from.</param>
    public byte[] Encode(ReadOnlySpan<byte> key, long time, TimeUnit form, ReadOnlySpan<byte> domain, ReadOnlySpan<double> score, long modelVersion)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _writer.WriteString(KeyName, key);
        EventTime.Write(_writer, TimeName, time, form);
        _writer.WriteString(DomainName, domain);
        _writer.WriteNumber(TokensName, (long)score[0]);
        if (double.IsFinite(score[1]))
        {
            _writer.WriteNumber(PerplexityName, score[1]);
        }
        else
        {
            _writer.WriteNull(PerplexityName);
        }

        _writer.WriteNumber(VersionName, modelVersion);
        _writer.WriteEndObject();
        _writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Dispose() => _writer.Dispose();
}
