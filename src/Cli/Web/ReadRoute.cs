using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace StreamLearn.Cli.Web;

/// <summary>Routes that change nothing.</summary>
internal static class ReadRoute
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    internal static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.MapMethods(path, Methods, answer);
}
