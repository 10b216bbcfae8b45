using StreamLearn.Learners.Supervised;

namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>Records of features that are to be predicted on, with their label where it is known.</summary>
public sealed record FeaturesSchema : SupervisedSchema
{
    /// <summary>Fields of the features, in the order in which learners see them: numbers, or booleans as 0 and 1. In JSON at the top, or in an object
    /// <c>features</c>.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <inheritdoc/>
    internal override IReadOnlyList<string> FeatureFields => Features;

    /// <inheritdoc/>
    internal override bool NeedsId => Task.LabelsComeApart;

    /// <summary>A task with as many features as records of this schema have.</summary>
    public SupervisedTask Fit(SupervisedTask task) => task with { Features = Features.Count, FeatureNames = string.Join(", ", Features) };

    /// <inheritdoc/>
    public override IEnumerable<(string Name, object Value)> Settings() => [.. base.Settings(), ("features", string.Join(", ", Features))];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A field has no name or two meanings or is not among the columns; there are no features; the task has others.</exception>
    public override IRecordDecoder CreateDecoder()
    {
        if (Features.Count == 0)
        {
            throw new ArgumentException("There are no features; expected the names of their fields.");
        }

        return Task == Fit(Task) ? base.CreateDecoder()
            : throw new ArgumentException($"The task has {Task.Features} features [{Task.FeatureNames}]; expected those of the schema, {Features.Count}.");
    }
}
