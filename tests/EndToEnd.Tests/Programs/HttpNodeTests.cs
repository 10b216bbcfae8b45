namespace StreamLearn.EndToEnd.Tests.Programs;

/// <summary>A broker, and a configuration for nodes that are processes and answer over HTTP.</summary>
/// <param name="settings">What the configuration has besides: HOCON.</param>
public abstract class HttpNodeTests(string settings) : IAsyncLifetime, IDisposable
{
    private const string Announced = "health and status at ";

    private StreamLearnProcess _broker = null!;

    private protected WorkFolder Folder { get; } = new();

    private protected HttpClient Http { get; } = new();

    /// <summary>The configuration's file.</summary>
    private protected string Config { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _broker = StreamLearnProcess.Start("broker", "--topic", "link-load:2", "--topic", "link-load.predictions:2", "--topic", "link-load.dead-letter:1");
        var bootstrap = (await _broker.LineWithAsync("127.0.0.1:")).Trim();
        Config = Folder.Write("node.conf", SampleRecords.Config(bootstrap, Folder.PathOf("checkpoints.db")).Append(settings));
    }

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        Http.Dispose();
        Folder.Dispose();
    }

    /// <summary>Where a node says that it answers.</summary>
    private protected static async Task<string> AddressAsync(StreamLearnProcess node) =>
        (await node.LineWithAsync(Announced)).Split(Announced)[1].Trim();
}
