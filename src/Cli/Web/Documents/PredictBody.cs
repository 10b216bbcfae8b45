using System.ComponentModel;
using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What is sent to <c>predict</c>: a key alone, a record, or records.</summary>
internal sealed record PredictBody(
    [property: Description("A key alone: what was answered last to a record of it. Beside records: their message key, where the source has no field for it.")] string? Key,
    [property: Description("The value of a record as it would be on the source's topic; text where the format is no JSON.")] JsonNode? Record,
    [property: Description("Several of them.")] IReadOnlyList<JsonNode>? Records,
    [property: Description("Which source they are read as, where there are several that predictions are made of.")] string? Source);
