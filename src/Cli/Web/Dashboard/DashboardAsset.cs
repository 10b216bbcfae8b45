using System.IO.Compression;
using System.Security.Cryptography;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>A file of the dashboard, as it is in the program.</summary>
internal sealed class DashboardAsset
{
    private readonly Lazy<byte[]> _compressed;

    /// <param name="mediaType">What it is.</param>
    /// <param name="bytes">Its contents.</param>
    internal DashboardAsset(string mediaType, byte[] bytes)
    {
        MediaType = mediaType;
        Bytes = bytes;
        Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
        _compressed = new Lazy<byte[]>(Compress);
    }

    internal string MediaType { get; }

    internal byte[] Bytes { get; }

    /// <summary>The same, compressed by gzip.</summary>
    internal byte[] Compressed => _compressed.Value;

    /// <summary>Changes when the contents do: an entity tag of HTTP.</summary>
    internal string Tag { get; }

    private byte[] Compress()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Bytes);
        }

        return compressed.ToArray();
    }
}
