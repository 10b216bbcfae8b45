using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Membership;

namespace StreamLearn.Cluster.Tests.Membership;

public sealed class NodeCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UnixEpoch.AddYears(30);
    private static readonly DateTimeOffset To = DateTimeOffset.UnixEpoch.AddYears(130);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streamlearn-certificates-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Given_a_strangers_certificate_that_says_where_its_issuers_is_to_be_had_When_it_is_looked_at_Then_nobody_is_asked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var key = RSA.Create(2048);
        using var authority = Authority("believed", key);
        using var stranger = Authority("stranger", key);
        var request = Request("node", key);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [$"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/issuer.cer"]));
        using var node = request.Create(stranger, From, To, [1, 2, 3]);
        File.WriteAllText(PathOf("authority.pem"), authority.ExportCertificatePem());
        File.WriteAllText(PathOf("node.pem"), node.ExportCertificatePem());
        File.WriteAllText(PathOf("node.key"), key.ExportPkcs8PrivateKeyPem());

        var refused = Assert.Throws<ConfigurationException>(() => NodeCertificates.Load(new TlsSettings
        {
            Enabled = true, Certificate = PathOf("node.pem"), Key = PathOf("node.key"), Authority = PathOf("authority.pem"), PasswordVariable = "",
        }));

        Assert.Contains("which other nodes would not believe", refused.Message, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    private static X509Certificate2 Authority(string name, RSA key)
    {
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(From, To);
    }

    private static CertificateRequest Request(string name, RSA key) => new($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
