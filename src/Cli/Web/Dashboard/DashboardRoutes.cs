using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary><c>/</c>: the page that shows what the node does, and its files under <c>/assets/</c>. What they show comes from <see cref="LiveRoute"/>.</summary>
internal static class DashboardRoutes
{
    // Nothing from elsewhere, no script or style in the page itself, and the page in nobody's frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in DashboardAssets.Paths)
        {
            var asset = DashboardAssets.Find(path)!;
            routes.MapRead(path, context => AnswerAsync(context, asset));
        }
    }

    private static Task AnswerAsync(HttpContext context, DashboardAsset asset)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // Kept, and asked for again: a newer node has newer files.
        headers.CacheControl = "no-cache";
        headers.ETag = asset.Tag;
        headers.Vary = "Accept-Encoding";
        if (IsKnown(request, asset))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        var compressed = request.Headers.AcceptEncoding.Any(encodings => encodings?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true);
        if (compressed)
        {
            headers.ContentEncoding = "gzip";
        }

        var bytes = compressed ? asset.Compressed : asset.Bytes;
        response.ContentType = asset.MediaType;
        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static bool IsKnown(HttpRequest request, DashboardAsset asset) =>
        request.Headers.IfNoneMatch.Any(tags => tags?.Split(',').Any(tag => tag.Trim().TrimStart('W', '/') == asset.Tag) == true);
}
