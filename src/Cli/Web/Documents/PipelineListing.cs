namespace StreamLearn.Cli.Web.Documents;

/// <summary>A pipeline. State: starting, running, paused, ended or failed, with the problem. Counts are this node's; keys those whose learners are in its memory.</summary>
internal sealed record PipelineListing(
    string Pipeline, string Task, string State, string? Problem, string Learner, IReadOnlyList<string> Rivals, IReadOnlyList<SourceListing> Sources, TopicListing Topics,
    int? Partitions, int Buckets, long? Keys, long? Records, long? Predictions, long? DeadLetters, long? Lag, double? LagSeconds);
