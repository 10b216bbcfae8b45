namespace StreamLearn.Learners.Examples;

/// <summary>What the states of an example have in common.</summary>
public static class ExampleStatuses
{
    /// <summary>Whether the example was refused: its record is a dead letter.</summary>
    public static bool IsRefusal(this ExampleStatus status) => status switch
    {
        ExampleStatus.Predicted or ExampleStatus.Forgotten or ExampleStatus.NoRate or ExampleStatus.Dropped or ExampleStatus.Repeated
            or ExampleStatus.Learned or ExampleStatus.Held or ExampleStatus.Averaged or ExampleStatus.Controlled => false,
        _ => true,
    };

    /// <summary>Whether the id of a decision is what it was refused for.</summary>
    public static bool IsAboutId(this ExampleStatus status) => status is ExampleStatus.DuplicateDecision or ExampleStatus.DuplicateFeedback
        or ExampleStatus.LateFeedback or ExampleStatus.UnknownDecision;
}
