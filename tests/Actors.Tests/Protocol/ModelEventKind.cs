namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>Kinds of <see cref="ModelEvent"/>.</summary>
internal enum ModelEventKind
{
    Read,
    Resend,
    Deliver,
    DeliverAndKeep,
    Lose,
    Crash,
    NewOwner,
}
