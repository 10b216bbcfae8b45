namespace StreamLearn.Cli.Tests.Web;

/// <summary>An environment variable of this process that nobody else has.</summary>
internal sealed class TokenVariable : IDisposable
{
    internal TokenVariable(string value) => Environment.SetEnvironmentVariable(Name, value);

    internal string Name { get; } = $"STREAMLEARN_TEST_{Guid.NewGuid():N}";

    public void Dispose() => Environment.SetEnvironmentVariable(Name, null);
}
