namespace StreamLearn.Streams.Tests.Kafka;

/// <summary>What a client complains of; a test can wait for the first.</summary>
internal sealed class Complaints
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> First => _first.Task;

    public void Add(string complaint) => _first.TrySetResult(complaint);
}
