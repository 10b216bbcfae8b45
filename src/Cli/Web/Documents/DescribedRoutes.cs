using Microsoft.AspNetCore.Builder;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>Says what routes are.</summary>
internal static class DescribedRoutes
{
    /// <summary>Puts a description beside a route, for the OpenAPI document.</summary>
    internal static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder route, RouteDescription description)
    {
        route.Add(endpoint => endpoint.Metadata.Add(description));
        return route;
    }
}
