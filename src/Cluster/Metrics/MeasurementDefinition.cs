namespace StreamLearn.Cluster.Metrics;

/// <summary>A measurement: what has the same tags and fields.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Meaning">What it is of, for people.</param>
/// <param name="Tags">Its tags. The values that each may take are bounded by the configuration.</param>
/// <param name="Fields">Its fields.</param>
public sealed record MeasurementDefinition(string Name, string Meaning, IReadOnlyList<string> Tags, IReadOnlyList<FieldDefinition> Fields)
{
    private readonly Dictionary<string, int> _places = Fields.Select((field, place) => (field.Name, place)).ToDictionary();

    /// <summary>Whether its series are of single keys.</summary>
    public bool IsOfKeys => Tags.Contains(MetricCatalog.Key);

    /// <summary>The place of a field.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public int PlaceOf(string field) => _places[field];
}
