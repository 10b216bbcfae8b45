namespace StreamLearn.Learners.Supervised;

/// <summary>What a record of the tasks <c>classify</c> and <c>regress</c> brings.</summary>
public enum SupervisedRecordKind : byte
{
    /// <summary>Features: something is to be predicted. With an id, its label may come later.</summary>
    Features = 0,

    /// <summary>The label of features that have come, or will come, under the same id.</summary>
    Label = 1,

    /// <summary>Features with their label.</summary>
    Labelled = 2,
}
