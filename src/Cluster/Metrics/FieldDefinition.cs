namespace StreamLearn.Cluster.Metrics;

/// <summary>A field of a measurement.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its values do.</param>
/// <param name="IsWhole">Whether they are whole numbers.</param>
/// <param name="Unit">Their unit, as UCUM has it; 1: none.</param>
/// <param name="Meaning">What it says, for people.</param>
public sealed record FieldDefinition(string Name, MetricKind Kind, bool IsWhole, string Unit, string Meaning);
