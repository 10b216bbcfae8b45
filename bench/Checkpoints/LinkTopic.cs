using System.Globalization;
using System.Text;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Bench.Checkpoints;

/// <summary>Loads of links on a topic, a record of each link in every round. They are sent compressed: the embedded broker keeps 5 MiB of a partition.</summary>
internal sealed class LinkTopic(string bootstrapServers, string name) : IDisposable
{
    internal const int Partitions = 16;
    internal const int Links = 1_000;

    private readonly KafkaBatchProducer _producer = new(
        new KafkaSettings
        {
            BootstrapServers = bootstrapServers,
            Producer = new Dictionary<string, string> { ["compression.type"] = "lz4", ["linger.ms"] = "50" },
        },
        _ => { });

    private int _rounds;

    internal string Name { get; } = name;

    /// <summary>Puts the next records of all links there.</summary>
    internal async Task FillAsync(int rounds)
    {
        var sent = new Queue<Task>();
        for (var last = _rounds + rounds; _rounds < last; _rounds++)
        {
            var round = _rounds;
            sent.Enqueue(await _producer.EnqueueAsync(new OutputBatch(Name, [.. Enumerable.Range(0, Links).Select(link => Record(round, link))])));
            if (sent.Count > 20)
            {
                await sent.Dequeue();
            }
        }

        await Task.WhenAll(sent);
    }

    public void Dispose() => _producer.Dispose();

    private static OutputRecord Record(int round, int link)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"link-{link:0000}");
        var value = 100 + (10 * Math.Sin((round / 45.0) + link)) + (link % 7);
        var json = string.Create(CultureInfo.InvariantCulture, $$"""{"key":"{{key}}","time":{{1700000000 + (300 * round)}},"value":{{value:0.00}}}""");
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(json));
    }
}
