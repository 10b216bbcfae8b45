using System.Globalization;

namespace StreamLearn.Cluster.Membership;

/// <summary>A node that others join by.</summary>
/// <param name="Host">Its address, as its <c>public-host</c> has it.</param>
/// <param name="Port">Its cluster port.</param>
public sealed record SeedNode(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; null: it is nothing of the kind.</summary>
    public static SeedNode? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && !text.Contains('/') && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new SeedNode(text[..colon], port)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
