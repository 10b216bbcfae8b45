namespace StreamLearn.EndToEnd.Tests.RealData;

/// <summary>A test with the real demands of the Abilene backbone.</summary>
public sealed class AbileneFactAttribute : FactAttribute
{
    public AbileneFactAttribute() => Skip = AbileneData.Missing;
}
