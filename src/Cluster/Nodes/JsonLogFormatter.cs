using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace StreamLearn.Cluster.Nodes;

/// <summary>
/// A line of the log as an object: <c>time</c>, <c>level</c>, <c>source</c>, <c>message</c>, <c>exception</c> where there is one, and what the line is about
/// by name, in snake case: <c>pipeline</c>, <c>bucket</c>, <c>partition</c>, <c>offset</c> and others. (The framework's own JSON knows nothing of what Akka's
/// messages are made of.)
/// </summary>
/// <param name="time">The clock.</param>
internal sealed partial class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    internal const string FormatterName = "streamlearn-json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What every line has of its own, and what Akka adds for itself.
    private static readonly HashSet<string> Taken =
        ["time", "level", "source", "message", "exception", "timestamp", "log_source", "actor_path", "thread", "thread_id", "log_class"];

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var properties = logEntry.State is IEnumerable<KeyValuePair<string, object?>> named ? named.ToList() : [];
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("level", logEntry.LogLevel.ToString().ToLowerInvariant());
            json.WriteString("source", properties.FirstOrDefault(property => property.Key == "LogSource").Value?.ToString() ?? logEntry.Category);
            json.WriteString("message", Head().Replace(logEntry.Formatter(logEntry.State, null), ""));
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            var written = new HashSet<string>(Taken);
            foreach (var (key, value) in properties)
            {
                // Names begin with a letter; numbers of places and the template itself are no names.
                var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(key);
                if (key.Length > 0 && char.IsAsciiLetter(key[0]) && !key.Contains('.') && written.Add(name))
                {
                    Write(json, name, value);
                }
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>What Akka puts before a message: level, time, thread and source, which have fields of their own.</summary>
    [GeneratedRegex(@"^\[[A-Z]+\]\[[^\]]*\]\[Thread [0-9]+\]\[(?:[^\[\]]|\[[^\]]*\])*\] ")]
    private static partial Regex Head();
}
