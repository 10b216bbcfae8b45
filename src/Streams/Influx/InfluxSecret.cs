using System.Text;

namespace StreamLearn.Streams.Influx;

/// <summary>What a server is shown. It is read from the environment once; no text of this type shows it.</summary>
internal sealed class InfluxSecret
{
    // A shorter one would be found in words that have nothing to do with it.
    private const int LeastHidden = 4;

    private readonly string _secret;

    private InfluxSecret(string secret, string? authorization)
    {
        _secret = secret;
        Authorization = authorization;
    }

    /// <summary>Value of the header <c>Authorization</c>; null: there is none.</summary>
    internal string? Authorization { get; }

    /// <exception cref="InfluxException">The token has characters that a header cannot hold.</exception>
    internal static InfluxSecret Of(InfluxSettings settings)
    {
        if (settings.Api == InfluxApi.V1)
        {
            var password = Environment.GetEnvironmentVariable(settings.PasswordVariable) ?? "";
            return new InfluxSecret(
                password,
                settings.User.Length > 0 ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.User}:{password}")) : null);
        }

        // Files that variables are filled from end with a line feed.
        var token = (Environment.GetEnvironmentVariable(settings.TokenVariable) ?? "").Trim();
        return token.All(c => c is > ' ' and < (char)0x7f)
            ? new InfluxSecret(token, token.Length > 0 ? $"Token {token}" : null)
            : throw new InfluxException(
                $"The value of the environment variable {settings.TokenVariable} is no token; expected letters, digits and signs, without spaces or line breaks.");
    }

    /// <summary>A text of the server's without the secret, should it repeat it.</summary>
    internal string Hide(string text)
    {
        var hidden = _secret.Length >= LeastHidden ? text.Replace(_secret, "***", StringComparison.Ordinal) : text;
        return Authorization is null ? hidden : hidden.Replace(Authorization[(Authorization.IndexOf(' ') + 1)..], "***", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(InfluxSecret);
}
