using MessagePack;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Control;

/// <summary>
/// A word of an operator to learners. It changes what they become, so it stands in the log that they learn from, and a replay finds it where it was. To hear it
/// twice is to hear it once.
/// </summary>
/// <param name="Verb">What to do.</param>
/// <param name="Scope">Who is to do it.</param>
/// <param name="Request">Names the request that it came with, for people.</param>
public sealed record ControlRecord(ControlVerb Verb, ControlScope Scope, string Request)
{
    /// <summary>Characters of a request's name, at most.</summary>
    public const int MostRequestCharacters = 64;

    private const string Format = "control";
    private const int Version = 1;
    private const int Fields = 3;

    /// <summary>Its bytes.</summary>
    /// <exception cref="ArgumentException">The name of the request is too long.</exception>
    public byte[] Encode()
    {
        if (Request.Length > MostRequestCharacters)
        {
            throw new ArgumentException($"The name of a request has {Request.Length} characters; expected {MostRequestCharacters} at most.");
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteHeader(Format, Version, Fields);
        writer.Write((byte)Verb);
        writer.Write((byte)Scope);
        writer.Write(Request);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads bytes; null: they are none of a control record that this program knows.</summary>
    public static ControlRecord? TryDecode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes.ToArray());
            reader.ReadHeader(Format, Version, Fields);
            var read = new ControlRecord((ControlVerb)reader.ReadByte(), (ControlScope)reader.ReadByte(), reader.ReadString() ?? "");
            return reader.End && Enum.IsDefined(read.Verb) && Enum.IsDefined(read.Scope) && read.Request.Length <= MostRequestCharacters ? read : null;
        }
        catch (Exception exception) when (exception is StateFormatException || StateFormat.IsDamage(exception))
        {
            return null;
        }
    }
}
