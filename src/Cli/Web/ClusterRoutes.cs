using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cli.Web;

/// <summary><c>/v1/cluster</c>: members, and where the pipelines' learners are.</summary>
internal static class ClusterRoutes
{
    /// <summary>Its path, from the address of a node on.</summary>
    internal const string Path = "v1/cluster";

    internal static void Map(IEndpointRouteBuilder routes, NodeHealth health) =>
        routes.MapRead($"/{Path}", async context => await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, JsonAnswer.Of(await health.ClusterAsync())));
}
