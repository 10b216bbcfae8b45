namespace StreamLearn.Learners.Averaging;

/// <summary>A contribution that is in an average.</summary>
/// <param name="Replica">Whose it is.</param>
/// <param name="Sequence">The how manieth of that replica for the slice.</param>
public readonly record struct AverageMember(int Replica, long Sequence);
