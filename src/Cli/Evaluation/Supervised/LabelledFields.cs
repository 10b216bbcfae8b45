namespace StreamLearn.Cli.Evaluation.Supervised;

/// <summary>Fields of a file of features and labels that somebody has named; null: nobody has.</summary>
/// <param name="Key">Field of the key; empty: one learner of all records.</param>
/// <param name="Time">Field of the event time; empty: the order of the records.</param>
/// <param name="Label">Field of the label.</param>
internal sealed record LabelledFields(string? Key, string? Time, string? Label);
