using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>The first of the most probable actions: its name, or its number where it has none.</summary>
internal sealed record GreedyAnswer(JsonNode Action, double Probability);
