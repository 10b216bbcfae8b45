using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Cluster.Health;

namespace StreamLearn.Cli.Web;

/// <summary><c>/health</c>: for whoever starts and stops nodes. Open to all.</summary>
internal static class HealthRoutes
{
    internal const string Path = "/health";

    internal static void Map(IEndpointRouteBuilder routes, NodeHealth health)
    {
        var group = routes.MapGroup(Path);
        group.MapRead("/live", async context =>
        {
            var problem = await health.LiveAsync();
            await JsonAnswer.WriteAsync(
                context, problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                new JsonObject { ["live"] = problem is null, ["problem"] = problem });
        });
        group.MapRead("/ready", async context =>
        {
            var report = await health.ReadyAsync();
            await JsonAnswer.WriteAsync(
                context, report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
                new JsonObject
                {
                    ["ready"] = report.Ready,
                    ["checks"] = new JsonObject(report.Checks.Select(check => KeyValuePair.Create<string, JsonNode?>(check.Name, check.Finding))),
                });
        });
    }
}
