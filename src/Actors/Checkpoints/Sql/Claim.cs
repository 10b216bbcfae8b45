namespace StreamLearn.Actors.Checkpoints.Sql;

/// <summary>Who writes a bucket or a partition, and how far.</summary>
/// <param name="Id">Number of the row: what belongs to it names it.</param>
/// <param name="Partition">Of this partition.</param>
/// <param name="Bucket">The bucket; -1: the partition's cursor.</param>
/// <param name="Writer">Who has it: one more with each that takes it.</param>
/// <param name="Loaded">The generation that this writer goes on from; 0: from nothing.</param>
/// <param name="Written">The newest generation that was written; 0: none. What lies above <paramref name="Loaded"/> is damaged.</param>
internal readonly record struct Claim(long Id, int Partition, int Bucket, long Writer, long Loaded, long Written);
