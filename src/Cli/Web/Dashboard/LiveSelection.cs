using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using StreamLearn.Cluster.Watching;
using StreamLearn.Learners.Watching;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What somebody wants to see live, as a query says it.</summary>
/// <param name="Pipeline">The pipeline; null: the first.</param>
/// <param name="Key">Its key; null: none.</param>
/// <param name="Partition">The key's partition; null: not known.</param>
/// <param name="Search">Which keys are listed.</param>
internal sealed record LiveSelection(string? Pipeline, string? Key, int? Partition, KeySearch Search)
{
    private const int DefaultMost = 50;
    private const int MostText = 1024;

    /// <summary>What a query may have, for the OpenAPI document.</summary>
    internal static readonly IReadOnlyList<(string Name, string Meaning, JsonSchemaType Type)> Parameters =
    [
        ("pipeline", "The pipeline; the first where it is not given.", JsonSchemaType.String),
        ("key", "A key of it to be watched; none where it is not given.", JsonSchemaType.String),
        ("partition", "The partition of the key.", JsonSchemaType.Integer),
        ("search", "What keys in the list contain; all keys where it is not given.", JsonSchemaType.String),
        ("order", "Order of the list: name, error or records; name where it is not given.", JsonSchemaType.String),
        ("most", FormattableString.Invariant($"Keys of the list at most, 1 to {NodeWatch.MostKeys}; {DefaultMost} where it is not given."), JsonSchemaType.Integer),
    ];

    private static readonly string[] Known = [.. Parameters.Select(parameter => parameter.Name)];

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>Null: it is wrong.</returns>
    internal static LiveSelection? Of(IQueryCollection query, out string problem)
    {
        problem = "";
        foreach (var (name, values) in query)
        {
            if (!Known.Contains(name, StringComparer.Ordinal) || values.Count != 1 || values[0]!.Length > MostText)
            {
                problem = $"The query has something unknown, twice, or longer than {MostText} characters; expected {string.Join(", ", Known)}, each once.";
                return null;
            }
        }

        var partition = (string?)query["partition"];
        var most = (string?)query["most"];
        var order = (string?)query["order"];
        if (partition is not null && Whole(partition) is null)
        {
            problem = "partition is no number of a partition.";
        }
        else if (most is not null && Whole(most) is not (>= 1 and <= NodeWatch.MostKeys))
        {
            problem = $"most is no whole number from 1 to {NodeWatch.MostKeys}.";
        }
        else if (order is not (null or "name" or "error" or "records"))
        {
            problem = "order is none of name, error, records.";
        }

        return problem.Length > 0
            ? null
            : new LiveSelection(
                query["pipeline"], query["key"], partition is null ? null : Whole(partition),
                new KeySearch((string?)query["search"] ?? "", order switch
                {
                    "error" => KeyOrder.Error,
                    "records" => KeyOrder.Records,
                    _ => KeyOrder.Name,
                }, most is null ? DefaultMost : Whole(most)!.Value));
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
