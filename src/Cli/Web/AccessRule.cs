using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using StreamLearn.Cli.Web.Dashboard;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Web;

/// <summary>
/// Who may ask. On a loopback address everybody on this machine, by its own name: a page in a browser that has been told that its site's name is this
/// machine's address may not, and no page of another site. Elsewhere whoever has the token. <c>/health</c> is for everybody, and so are the files of the dashboard, which hold nothing of
/// the node.
/// </summary>
/// <param name="hosts">Names that a loopback address goes by; null: any.</param>
/// <param name="token">SHA-256 of the token; null: none is asked for.</param>
internal sealed class AccessRule(HashSet<string>? hosts, byte[]? token)
{
    private const string Scheme = "Bearer ";
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>The rule for an address.</summary>
    /// <exception cref="ConfigurationException">It needs a token, and there is none that can be sent.</exception>
    internal static AccessRule For(HttpSettings settings, IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return new AccessRule(new HashSet<string>(["localhost", "127.0.0.1", "[::1]", NameOf(address), settings.Host], StringComparer.OrdinalIgnoreCase), null);
        }

        var where = $"streamlearn.node.http.host is '{settings.Host}', which others than this machine can reach, and the environment variable "
            + $"{settings.TokenVariable}, which streamlearn.node.http.token-env names,";
        const string expected = "expected the token that requests are to bring in it, letters, digits and signs without spaces";
        return settings.ReadToken() is not { } token ? throw new ConfigurationException($"{where} is not set; {expected}, or a loopback address.")
            : !token.All(character => character is > ' ' and < '\u007f') ? throw new ConfigurationException($"{where} holds characters that no header may have; {expected}.")
            : new AccessRule(null, Digest(token));
    }

    internal Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments(HealthRoutes.Path))
        {
            return next(context);
        }

        if (hosts is not null && !hosts.Contains(request.Host.Host))
        {
            return ProblemDetails.WriteAsync(
                context, StatusCodes.Status421MisdirectedRequest,
                $"The header Host names something else than this machine; expected one of {string.Join(", ", hosts.Order(StringComparer.Ordinal))}.");
        }

        if (IsDashboard(request))
        {
            return next(context);
        }

        if (token is null)
        {
            return IsOfAnotherSite(request)
                ? ProblemDetails.WriteAsync(
                    context, StatusCodes.Status403Forbidden,
                    "The request comes from a page of another site, as the header Sec-Fetch-Site or Origin says; expected one of this node's own page, or of no browser.")
                : next(context);
        }

        if (IsToken(request))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemDetails.WriteAsync(
            context, StatusCodes.Status401Unauthorized,
            "The token is missing or wrong; expected the header Authorization: Bearer TOKEN, with what the node's environment variable "
            + "of streamlearn.node.http.token-env holds.");
    }

    private static bool IsDashboard(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && DashboardAssets.Find(request.Path.Value) is not null;

    /// <summary>
    /// A page of any site can have a browser send a request here, and where no token is asked for nothing else would be in its way; browsers say from where it
    /// comes. Another port of this machine is another site too. What is no browser says nothing.
    /// </summary>
    private static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers[FetchSite].Any(site => site is not ("same-origin" or "none"))
        || request.Headers.Origin.Any(origin =>
            !Uri.TryCreate(origin, UriKind.Absolute, out var site) || !string.Equals(site.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Takes as long whatever the token is that it compares with.</summary>
    private bool IsToken(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Digest(value[Scheme.Length..].Trim(' ')), token);

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static string NameOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
