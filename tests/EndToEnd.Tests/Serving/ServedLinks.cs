namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>A node that has learned some link loads, for requests that change nothing.</summary>
public sealed class ServedLinks : IAsyncLifetime
{
    internal const int Records = 100;

    internal ServedNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await ServedNode.StartAsync(
            ForecastServingTests.Pipeline("recursive-least-squares", "off"), ["link-load", "link-load.events", "link-load.predictions", "link-load.dead-letter"],
            "node.http.limits.body-bytes=4096", "node.http.limits.records=3");
        await Node.ProduceAsync("link-load", ForecastServingTests.Range(0, Records));
        await Node.AnsweredAsync(Records);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();
}
