using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Membership;

/// <summary>A node's own certificate, and who else's it believes: those that the configured authorities have signed, on both ends of a
/// connection.</summary>
internal sealed class NodeCertificates
{
    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authorities;

    private NodeCertificates(X509Certificate2 own, X509Certificate2Collection authorities)
    {
        _own = own;
        _authorities = authorities;
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConfigurationException">They are no certificates, or do not belong together.</exception>
    internal static NodeCertificates Load(TlsSettings settings)
    {
        var own = Read("certificate", settings.Certificate, "a certificate in PEM and, in streamlearn.node.tls.key, its private key", () =>
        {
            using var read = settings.Password is null
                ? X509Certificate2.CreateFromPemFile(settings.Certificate, settings.Key)
                : X509Certificate2.CreateFromEncryptedPemFile(settings.Certificate, settings.Password, settings.Key);

            // A key that lives in memory only is not taken by every platform's TLS.
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), password: null);
        });
        var authorities = Read("authority", settings.Authority, "one certificate or more, in PEM", () =>
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(settings.Authority);
            return read.Count > 0 ? read : throw new CryptographicException("There is no certificate in it.");
        });
        var certificates = new NodeCertificates(own, authorities);
        return certificates.Problem(own) is { } problem
            ? throw new ConfigurationException(
                $"streamlearn.node.tls.certificate is '{settings.Certificate}', which other nodes would not believe: {problem}; "
                + $"expected one that an authority in '{settings.Authority}' has signed.")
            : certificates;
    }

    /// <summary>For Akka's transport.</summary>
    internal DotNettySslSetup Setup() => new(
        _own, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false, customValidator: IsBelieved);

    private bool IsBelieved(X509Certificate2? certificate, X509Chain? chain, string peer, SslPolicyErrors errors, ILoggingAdapter log)
    {
        var problem = certificate is null ? "it shows none" : Problem(certificate);
        if (problem is not null)
        {
            log.Error(
                "The certificate of a node at {0} is not believed: {1}. Expected one that an authority of streamlearn.node.tls.authority has signed",
                peer, problem);
        }

        return problem is null;
    }

    /// <summary>Why a certificate is not believed; null: it is.</summary>
    private string? Problem(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        // A stranger's certificate names where its issuer's is to be had: nobody is to be told to fetch anything.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate)
            ? null
            : string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0));
    }

    private static T Read<T>(string setting, string path, string expected, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"streamlearn.node.tls.{setting} is '{path}', which cannot be used ({exception.Message}); expected {expected}.");
        }
    }
}
