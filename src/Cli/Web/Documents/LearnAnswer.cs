namespace StreamLearn.Cli.Web.Documents;

/// <summary>Where a record is that is to be learned from; of several, <c>records</c> alone.</summary>
internal sealed record LearnAnswer(string? Topic, int? Partition, long? Offset, IReadOnlyList<LearnAnswer>? Records);
