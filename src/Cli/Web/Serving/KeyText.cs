using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>Keys as requests name them.</summary>
internal static class KeyText
{
    private const string Before = "/v1/pipelines/";
    private const string Between = "/keys/";

    /// <summary>A key, if it can be one.</summary>
    /// <exception cref="HttpProblemException">It cannot.</exception>
    internal static byte[] Check(byte[] key) =>
        key.Length is > 0 and <= DeadLetterReason.MaxKeyBytes && Utf8.IsValid(key)
            ? key
            : throw new HttpProblemException(
                StatusCodes.Status400BadRequest,
                FormattableString.Invariant($"The key is empty, too long or no UTF-8; expected 1 to {DeadLetterReason.MaxKeyBytes} bytes of UTF-8."));

    /// <summary>
    /// The key at the end of a path <c>/v1/pipelines/NAME/keys/KEY</c>, percent-encoded: all that comes behind <c>/keys/</c>, slashes included, as it was
    /// sent. What the server makes of a path leaves some of it encoded, and some not.
    /// </summary>
    /// <exception cref="HttpProblemException">It is none.</exception>
    internal static byte[] FromPath(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = target.AsSpan(0, target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? query : target.Length);
        var start = path.IndexOf(Before, StringComparison.OrdinalIgnoreCase);
        var name = start < 0 ? [] : path[(start + Before.Length)..];
        var at = name.IndexOf(Between, StringComparison.OrdinalIgnoreCase);

        // A name has no slash: where one comes before, a dot segment has been left out of the path.
        return at < 0 || name[..at].Contains('/') ? throw Bad() : Check(Decode(name[(at + Between.Length)..]));
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                length += Encoding.UTF8.GetBytes(text.Slice(i, 1), bytes.AsSpan(length));
            }
            else if (i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes[length++] = value;
                i += 2;
            }
            else
            {
                throw Bad();
            }
        }

        return bytes[..length];
    }

    private static HttpProblemException Bad() => new(
        StatusCodes.Status400BadRequest, "The key in the path is not percent-encoded; expected /v1/pipelines/NAME/keys/KEY with KEY's bytes of UTF-8 as %XX where they are no letters or digits.");
}
