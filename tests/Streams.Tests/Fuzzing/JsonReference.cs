using System.Text.Json;

namespace StreamLearn.Streams.Tests.Fuzzing;

/// <summary>Another reader's opinion of what is a JSON object.</summary>
internal static class JsonReference
{
    /// <summary>Whether bytes are no JSON object; null is a tombstone, which is not malformed.</summary>
    internal static bool IsMalformed(byte[]? bytes)
    {
        if (bytes is null)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind != JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return true;
        }
    }
}
