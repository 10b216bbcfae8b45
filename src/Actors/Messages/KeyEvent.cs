using MessagePack;

namespace StreamLearn.Actors.Messages;

/// <summary>Something has happened to a key.</summary>
/// <param name="Offset">At this record of its partition.</param>
/// <param name="Time">Event time of the record, ms since 1970.</param>
/// <param name="Key">The key, UTF-8.</param>
/// <param name="Kind">What.</param>
/// <param name="Place">Drift: which detector, by its place in the plan. Recovery: which learner. Alert: how many steps ahead.</param>
/// <param name="Bound">Alert: what the value will be above with the alert's probability; else NaN.</param>
/// <param name="Threshold">Alert: what it should not be above; else NaN.</param>
[MessagePackObject]
public sealed record KeyEvent(
    [property: Key(0)] long Offset, [property: Key(1)] long Time, [property: Key(2)] byte[] Key, [property: Key(3)] KeyEventKind Kind,
    [property: Key(4)] int Place, [property: Key(5)] double Bound, [property: Key(6)] double Threshold);
