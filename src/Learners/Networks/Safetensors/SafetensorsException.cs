namespace StreamLearn.Learners.Networks.Safetensors;

/// <summary>Bytes that are no safetensors file, or a file that does not fit the network: what is wrong, and where.</summary>
public sealed class SafetensorsException(string message) : Exception(message);
