using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamLearn.EndToEnd.Tests.Nodes;

/// <summary>A certificate authority of the tests' own, and what it signs, as PEM files in a folder.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _authority;

    internal TestCertificates(string folder, string name)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(30), DateTimeOffset.UnixEpoch.AddYears(130));
        File.WriteAllText(AuthorityPath, _authority.ExportCertificatePem());
    }

    internal string AuthorityPath => Path.Combine(_folder, "authority.pem");

    /// <summary>Settings of a node with a certificate that this authority has signed, and that believes another's certificates or this one's.</summary>
    internal string[] Settings(string node, TestCertificates? believed = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(_authority, _authority.NotBefore, _authority.NotAfter, [1, 2, 3, (byte)node.Length]);
        var path = Path.Combine(_folder, node);
        File.WriteAllText($"{path}.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{path}.key", key.ExportPkcs8PrivateKeyPem());
        return
        [
            "node.tls.enabled=on", $"node.tls.certificate={path}.pem", $"node.tls.key={path}.key", $"node.tls.authority={(believed ?? this).AuthorityPath}",
        ];
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}
