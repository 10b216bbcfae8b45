namespace StreamLearn.Actors.Ingest;

/// <summary>How many outputs of an ingest are on their way. The ingest counts up, whoever has written one counts down.</summary>
internal sealed class DeliveryCount
{
    private int _missing;

    /// <summary>Outputs passed on and not delivered.</summary>
    internal int Missing => Volatile.Read(ref _missing);

    /// <summary>Is called after each delivery.</summary>
    internal Action OnDelivered { get; set; } = () => { };

    internal void Expect() => Interlocked.Increment(ref _missing);

    internal void Delivered()
    {
        Interlocked.Decrement(ref _missing);
        OnDelivered();
    }
}
