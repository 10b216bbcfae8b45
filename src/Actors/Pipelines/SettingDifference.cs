namespace StreamLearn.Actors.Pipelines;

/// <summary>A setting that has changed since a pipeline's state was stored.</summary>
/// <param name="Path">Its path within the pipeline.</param>
/// <param name="Stored">What the state was made with.</param>
/// <param name="Now">What is configured.</param>
/// <param name="IsLayout">Whether it decides which records a learner is made from.</param>
public sealed record SettingDifference(string Path, string Stored, string Now, bool IsLayout)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path} was {Stored} and is {Now}";
}
