using MessagePack;

namespace StreamLearn.Learners.Watching;

/// <summary>Which keys somebody wants to see.</summary>
/// <param name="Text">They contain this, upper and lower case alike; empty: all do.</param>
/// <param name="Order">In which order.</param>
/// <param name="Most">The first of them, so many at most.</param>
[MessagePackObject]
public sealed record KeySearch([property: Key(0)] string Text, [property: Key(1)] KeyOrder Order, [property: Key(2)] int Most);
