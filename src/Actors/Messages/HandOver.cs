namespace StreamLearn.Actors.Messages;

/// <summary>Tells a bucket's actor that its shard moves to another node: it is to have what it has learned stored, and to stop. Never leaves the
/// node.</summary>
public sealed record HandOver
{
    /// <summary>The only one.</summary>
    public static readonly HandOver Instance = new();

    private HandOver()
    {
    }
}
