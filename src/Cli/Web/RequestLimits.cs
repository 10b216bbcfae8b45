using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Web;

/// <summary>
/// How many requests are answered: of one client address so many a second, of what asks learners so many at a time. <c>/health</c> is not limited. Memory is
/// bounded: addresses share a fixed number of counts.
/// </summary>
internal static class RequestLimits
{
    /// <summary>The policy of routes that ask learners, write to the log or are an operator's word.</summary>
    internal const string Work = "work";

    // Two addresses in the same one share what one may have.
    private const int Counts = 1024;

    // Of an IPv6 address what a network gives to one client.
    private const int ClientBytes = 8;

    private const int RefillsASecond = 20;

    internal static void Configure(RateLimiterOptions limiter, HttpLimits limits)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(context =>
            limits.RequestsPerSecond == 0 || context.Request.Path.StartsWithSegments(HealthRoutes.Path)
                ? RateLimitPartition.GetNoLimiter(-1)
                : RateLimitPartition.GetTokenBucketLimiter(CountOf(context.Connection.RemoteIpAddress), _ => Tokens(limits)));
        limiter.AddPolicy(Work, _ => limits.AtATime == 0
            ? RateLimitPartition.GetNoLimiter(0)
            : RateLimitPartition.GetConcurrencyLimiter(0, _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = limits.AtATime, QueueLimit = limits.Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));
        limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected));
    }

    /// <summary>The count that a client address shares.</summary>
    internal static int CountOf(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        var bytes = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        var hash = default(HashCode);
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 && bytes.Length > ClientBytes ? bytes.AsSpan(0, ClientBytes) : bytes);
        return (int)((uint)hash.ToHashCode() % Counts);
    }

    private static TokenBucketRateLimiterOptions Tokens(HttpLimits limits)
    {
        // Few a second come one by one, many in twentieths of a second.
        var each = Math.Max(1, limits.RequestsPerSecond / RefillsASecond);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(limits.Burst, each),
            TokensPerPeriod = each,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)each / limits.RequestsPerSecond),
            QueueLimit = 0,
            AutoReplenishment = true,
        };
    }

    private static Task RefuseAsync(OnRejectedContext rejected)
    {
        var isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        return ProblemDetails.WriteAsync(
            rejected.HttpContext, StatusCodes.Status429TooManyRequests,
            isRate
                ? "Too many requests of one address; expected at most streamlearn.node.http.limits.requests-per-second."
                : "Too many requests at a time; expected at most streamlearn.node.http.limits.at-a-time, and waiting ones.",
            Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }
}
