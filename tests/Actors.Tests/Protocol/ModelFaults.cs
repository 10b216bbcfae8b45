namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>How often each fault may happen in a <see cref="ProtocolModel"/>.</summary>
internal sealed record ModelFaults(int Losses = 0, int Repeats = 0, int Crashes = 0, int NewOwners = 0);
