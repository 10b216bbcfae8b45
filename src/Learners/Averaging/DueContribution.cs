using MessagePack;

namespace StreamLearn.Learners.Averaging;

/// <summary>What a replica contributes after an example.</summary>
/// <param name="Row">The example's row in its batch of predictions.</param>
/// <param name="Bytes">The contribution, as it is written (<see cref="Contribution"/>).</param>
[MessagePackObject]
public readonly record struct DueContribution([property: Key(0)] int Row, [property: Key(1)] byte[] Bytes);
