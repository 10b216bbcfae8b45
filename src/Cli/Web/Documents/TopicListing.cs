namespace StreamLearn.Cli.Web.Documents;

/// <summary>The topic that a pipeline learns from, and those that it writes; null: it does not.</summary>
internal sealed record TopicListing(string Log, string? Predictions, string? DeadLetters, string? Drift, string? Alerts);
