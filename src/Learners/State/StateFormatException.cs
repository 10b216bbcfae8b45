namespace StreamLearn.Learners.State;

/// <summary>Stored state that this program cannot take over: another version, another learner, or damaged bytes.</summary>
public sealed class StateFormatException(string message) : Exception(message);
