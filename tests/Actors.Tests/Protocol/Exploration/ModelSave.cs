namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>What a bucket has asked the store to write.</summary>
/// <param name="Request">What it was asked for.</param>
/// <param name="Writer">The writer that it names.</param>
/// <param name="State">Its state.</param>
internal sealed record ModelSave(ModelMessage Request, int Writer, ModelGeneration State);
