namespace StreamLearn.Cluster.Configuration;

/// <summary>Encryption between nodes. Both ends show a certificate that one of the same authorities has signed.</summary>
public sealed record TlsSettings
{
    /// <summary>Whether there is any.</summary>
    public required bool Enabled { get; init; }

    /// <summary>File of the node's certificate, PEM.</summary>
    public required string Certificate { get; init; }

    /// <summary>File of its private key, PEM.</summary>
    public required string Key { get; init; }

    /// <summary>File of the certificates of the authorities that are trusted, PEM.</summary>
    public required string Authority { get; init; }

    /// <summary>The environment variable that the key's password is in.</summary>
    public required string PasswordVariable { get; init; }

    /// <summary>The key's password; null: it has none.</summary>
    internal string? Password { get; init; }

    internal static TlsSettings From(ConfigNode tls)
    {
        var enabled = tls.Flag("enabled");
        var variable = tls.Text("key-password-env");
        return new TlsSettings
        {
            Enabled = enabled,
            Certificate = FileOf("certificate"),
            Key = FileOf("key"),
            Authority = FileOf("authority"),
            PasswordVariable = variable,
            Password = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } password ? password : null,
        };

        string FileOf(string name) => tls.Text(name) is var path && (!enabled || File.Exists(path))
            ? path
            : throw tls.Fail(name, path.Length > 0 ? $"'{path}', which is not there" : "empty", "a PEM file");
    }
}
