namespace StreamLearn.Actors.Tests.Protocol.Exploration;

/// <summary>Something that can happen in a <see cref="ProtocolModel"/>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Subject">To what: <see cref="ModelEventKind"/> says it.</param>
/// <param name="Object">And to what else.</param>
internal readonly record struct ModelEvent(ModelEventKind Kind, int Subject = 0, int Object = 0)
{
    public override string ToString() => $"{Kind} {Subject} {Object}";
}
