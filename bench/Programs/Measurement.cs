namespace StreamLearn.Bench.Programs;

/// <summary>What one run has shown.</summary>
/// <param name="RecordsPerSecond">From the first record read to the last output delivered.</param>
/// <param name="BytesPerRecord">Managed memory allocated per record meanwhile, by all threads.</param>
/// <param name="Checkpoints">Checkpoints of partitions meanwhile.</param>
internal sealed record Measurement(double RecordsPerSecond, double BytesPerRecord, long Checkpoints = 0);
