namespace StreamLearn.Actors.Ingest;

/// <summary>A learner that could not learn from several records in a row and has returned to its last good state.</summary>
internal sealed record RecoveredLearner(string Key, string Learner, long Offset);
