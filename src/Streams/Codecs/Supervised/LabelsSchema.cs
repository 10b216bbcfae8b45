namespace StreamLearn.Streams.Codecs.Supervised;

/// <summary>Records of labels that come after their features. A record without a time has Kafka's timestamp.</summary>
public sealed record LabelsSchema : SupervisedSchema
{
    /// <inheritdoc/>
    public override bool IsPredictedOn => false;

    /// <inheritdoc/>
    internal override IReadOnlyList<string> FeatureFields => [];

    /// <inheritdoc/>
    internal override bool NeedsId => true;
}
