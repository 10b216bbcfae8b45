using MessagePack;
using StreamLearn.Learners.Examples;

namespace StreamLearn.Actors.Buckets;

/// <summary>Answers that are stored with a bucket's state, for it covers records whose outputs may not have been delivered yet.</summary>
/// <param name="Offsets">Offset of each record, ascending.</param>
/// <param name="Predictions">The prediction on each.</param>
[MessagePackObject]
public sealed record StoredAnswers([property: Key(0)] long[] Offsets, [property: Key(1)] PredictionBatch Predictions);
