using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>How a key stands; frozen: an operator has said that its learners learn no more. Besides: of forecasts <c>value</c>, <c>forecasts</c> and the scores of the own learner; <c>learners</c>, each with its scores, as
/// <c>inspect</c> and <c>run --json</c> have them.</summary>
internal sealed record KeyAnswer(
    string Pipeline, string Key, int Partition, int Bucket, long LastApplied, long Records, string? Time, long ModelVersion, bool Frozen, string StateDigest)
{
    /// <summary>What the task has.</summary>
    [JsonExtensionData]
    public JsonObject? Task { get; init; }
}
