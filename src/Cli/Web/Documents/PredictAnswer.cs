using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What a pipeline says: of a forecast <c>time</c> and <c>forecasts</c>; of a decision <c>id</c>, <c>actions</c>, <c>probabilities</c> and <c>greedy</c>; of several records
/// <c>predictions</c> alone, each with what one has, or with the <c>problem</c> of its record.</summary>
internal sealed record PredictAnswer(
    string? Key, JsonNode? Time, IReadOnlyList<ForecastAnswer>? Forecasts, string? Id, IReadOnlyList<JsonNode>? Actions, IReadOnlyList<double>? Probabilities,
    GreedyAnswer? Greedy, long? ModelVersion, IReadOnlyList<PredictAnswer>? Predictions, ProblemAnswer? Problem);
