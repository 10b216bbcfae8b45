using System.Text.Json;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Streams.Codecs;

/// <summary>Records that are JSON objects in UTF-8, one a message; what their fields mean is the subclass's.</summary>
/// <typeparam name="TWriter">Writes the payloads of the task.</typeparam>
public abstract class PayloadJsonDecoder<TWriter> : PayloadDecoder<TWriter>
    where TWriter : PayloadWriter, new()
{
    private protected PayloadJsonDecoder(PayloadColumns<TWriter> columns)
        : base(columns)
    {
    }

    /// <summary>Reads the object; what is wrong with it, or null.</summary>
    private protected abstract (string Reason, string Field)? ReadObject(ref Utf8JsonReader reader);

    /// <inheritdoc/>
    private protected sealed override (string Reason, string Field)? Read(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value);
            return ReadObject(ref reader);
        }
        catch (JsonException)
        {
            return (DeadLetterReason.Malformed, "");
        }
    }
}
