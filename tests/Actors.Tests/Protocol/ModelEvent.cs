namespace StreamLearn.Actors.Tests.Protocol;

/// <summary>Something that can happen in a <see cref="ProtocolModel"/>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Subject">To which message (by its place), chunk in flight (likewise) or bucket; or how many records are read.</param>
internal readonly record struct ModelEvent(ModelEventKind Kind, int Subject = 0);
