using System.Buffers;
using System.Text.Json;
using StreamLearn.Cli.Sources;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Demos;

/// <summary>Texts as the records of a topic: <c>{"text": "...", "domain": "prose", "time": 1078099200000}</c>. Times are in milliseconds.</summary>
internal static class TextRecords
{
    /// <summary>HOCON of a pipeline that learns them.</summary>
    internal static string Pipeline(string name) => $$"""
        streamlearn.pipelines.{{name}} {
          source { time-unit = ms }
          task { kind = language, context = 64, scoring { window = 20000, fading = 0.9998 } }
          # Small, so that a demo is over in a minute. High losses count more, by up to e^(1/temperature).
          learner {
            kind = gpt, layers = 2, heads = 4, width = 64, batch-records = 16, batch-rows = 16, learning-rate = 0.003, warm-up = 20
            reweighting = lin-upper, temperature = 0.4, temperature-start = 10, burn-in = 20, temperature-decay = 100
          }
          rivals = [byte-ngram, unigram]
          # A chunk is learned in one go: with few texts in each the view is never long behind.
          chunks { records = 32 }
        }
        """;

    /// <summary>A text.</summary>
    internal static InputRecord Of(string domain, ReadOnlySpan<byte> text, long time)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 128);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = RelaxedJson.Encoder });
        writer.WriteStartObject();
        writer.WriteString("text", text);
        writer.WriteString("domain", domain);
        writer.WriteNumber("time", time);
        writer.WriteEndObject();
        writer.Flush();
        return new InputRecord(null, buffer.WrittenSpan.ToArray());
    }
}
