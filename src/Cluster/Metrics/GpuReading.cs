namespace StreamLearn.Cluster.Metrics;

/// <summary>Memory of a GPU, in bytes.</summary>
/// <param name="Number">Its number, as the driver counts.</param>
/// <param name="Used">What all processes use.</param>
/// <param name="Total">What it has.</param>
internal readonly record struct GpuReading(int Number, long Used, long Total);
