using System.ComponentModel;
using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What a pipeline says: of a forecast <c>time</c> and <c>forecasts</c>; of a decision <c>id</c>, <c>actions</c>, <c>probabilities</c> and <c>greedy</c>; of a class <c>time</c>,
/// <c>id</c>, <c>value</c> and <c>probabilities</c>, of a number the same without these; of several records <c>predictions</c> alone, each with what one has, or with the <c>problem</c> of its record.</summary>
internal sealed record PredictAnswer(
    string? Key, JsonNode? Time, IReadOnlyList<ForecastAnswer>? Forecasts, string? Id, IReadOnlyList<JsonNode>? Actions,
    [property: Description("Of a decision a list, in the order of the actions; of a class an object with that of each label.")] JsonNode? Probabilities,
    GreedyAnswer? Greedy, JsonNode? Value, long? ModelVersion, IReadOnlyList<PredictAnswer>? Predictions, ProblemAnswer? Problem);
