using System.Text.Json.Nodes;
using StreamLearn.Learners.Bandits.OffPolicy;

namespace StreamLearn.Cli.Output;

/// <summary>Off-policy estimates as JSON; what is not known is null.</summary>
internal static class OffPolicyJson
{
    internal static JsonObject Of(OffPolicyEstimator estimates) => new()
    {
        ["ips"] = Of(estimates.Ips),
        ["snips"] = Of(estimates.Snips),
        ["dm"] = Of(estimates.DirectMethod),
        ["dr"] = Of(estimates.DoublyRobust),
        ["effective_sample_size"] = estimates.EffectiveSampleSize,
        ["count"] = estimates.Count,
        ["mean_weight"] = Number(estimates.MeanWeight),
        ["max_weight"] = estimates.MaxWeight,
        ["clipped"] = estimates.Clipped,
    };

    private static JsonObject Of(OffPolicyEstimate estimate) => new()
    {
        ["value"] = Number(estimate.Value),
        ["standard_error"] = Number(estimate.StandardError),
        ["low"] = Number(estimate.Low),
        ["high"] = Number(estimate.High),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
