using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>A forecast: steps ahead, their time (in the form that the record's time has; null: steps have none), value and interval.</summary>
internal sealed record ForecastAnswer(int Horizon, JsonNode? Time, double Value, double Lo, double Hi);
