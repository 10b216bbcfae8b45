namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Records of a bucket that are sent together.</summary>
internal readonly record struct ModelChunk(int Bucket, long First, long Last);
