using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What the OpenAPI document says of a route.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Summary">What it does.</param>
internal sealed record RouteDescription(string Id, string Summary)
{
    /// <summary>Statuses of a request with a body that cannot be used.</summary>
    internal static readonly int[] BodyProblems =
        [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType];

    /// <summary>What is sent; null: nothing.</summary>
    internal Type? Request { get; init; }

    /// <summary>Whether a request may also have no body.</summary>
    internal bool IsRequestOptional { get; init; }

    /// <summary>Parameters in the query.</summary>
    internal IReadOnlyList<(string Name, string Meaning, JsonSchemaType Type)> Query { get; init; } = [];

    /// <summary>The media type of answers.</summary>
    internal string MediaType { get; init; } = "application/json";

    /// <summary>Answers, each with its status.</summary>
    internal IReadOnlyList<(int Status, string Meaning, Type? Answer)> Answers { get; init; } = [];

    /// <summary>Statuses with a problem document, besides those that every route has.</summary>
    internal IReadOnlyList<int> Problems { get; init; } = [];
}
