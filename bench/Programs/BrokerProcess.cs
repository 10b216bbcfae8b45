namespace StreamLearn.Bench.Programs;

/// <summary><c>streamlearn broker</c> as a process of its own.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly ChildProgram _program;

    private BrokerProcess(ChildProgram program, string bootstrapServers)
    {
        _program = program;
        BootstrapServers = bootstrapServers;
    }

    internal string BootstrapServers { get; }

    internal static async Task<BrokerProcess> StartAsync(IEnumerable<string> topics)
    {
        var program = ChildProgram.Start(null, topics.SelectMany(topic => new[] { "--topic", topic }).Prepend("broker"));
        return new BrokerProcess(program, await program.ReadLineAsync());
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
