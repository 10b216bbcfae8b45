namespace StreamLearn.Actors.Protocol;

/// <summary>A verdict, and the first row that is new.</summary>
public readonly record struct BucketDecision(BucketVerdict Verdict, int FirstRow);
