using StreamLearn.Streams.Kafka;

namespace StreamLearn.Actors.Ingest;

/// <summary>What is to be written for an ingest's output, and what it will count for once it is.</summary>
internal sealed record EncodedOutput(OutputBatch Predictions, OutputBatch DeadLetters, int Predicted, int Refused, int Forgotten, int WithoutRate = 0, int Dropped = 0);
