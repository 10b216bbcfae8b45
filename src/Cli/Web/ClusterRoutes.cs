using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Cli.Web.Documents;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cli.Web;

/// <summary><c>/v1/cluster</c>: members, and where the pipelines' learners are.</summary>
internal static class ClusterRoutes
{
    /// <summary>Its path, from the address of a node on.</summary>
    internal const string Path = "v1/cluster";

    internal static void Map(IEndpointRouteBuilder routes, NodeHealth health) =>
        routes.MapRead($"/{Path}", async context => await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, JsonAnswer.Of(await health.ClusterAsync())))
            .Describe(new RouteDescription("cluster", "The cluster and the pipelines, as this node sees them; up to a second old.")
            {
                Answers = [(StatusCodes.Status200OK, "Members, and where the pipelines' learners are.", typeof(ClusterReport))],
            });
}
