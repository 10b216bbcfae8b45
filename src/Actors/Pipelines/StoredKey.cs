using StreamLearn.Actors.Messages;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;

namespace StreamLearn.Actors.Pipelines;

/// <summary>A key as it is stored.</summary>
/// <param name="Bucket">Where it lies.</param>
/// <param name="Bytes">Bytes of its state.</param>
/// <param name="Report">How its learners stand.</param>
public sealed record StoredKey(BucketId Bucket, int Bytes, KeyReport Report);
