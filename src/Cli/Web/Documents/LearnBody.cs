using System.ComponentModel;
using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What is sent to <c>learn</c>.</summary>
internal sealed record LearnBody(
    [property: Description("The value of a record as it would be on the source's topic; text where the format is no JSON.")] JsonNode? Record,
    [property: Description("Several of them.")] IReadOnlyList<JsonNode>? Records,
    [property: Description("Which source they are read as, where there are several, e.g. contexts or rewards.")] string? Source,
    [property: Description("Their message key, where the source has no field for it.")] string? Key);
