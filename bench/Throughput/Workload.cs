using System.Globalization;
using System.Text;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Bench.Throughput;

/// <summary>The records: JSON of 100 bytes, 1,000 keys, as many of each partition as the embedded broker surely keeps.</summary>
internal static class Workload
{
    internal const string Topic = "workload";
    internal const int Partitions = 16;
    internal const int Records = Partitions * 20_000;
    internal const int Keys = 1_000;
    internal const int RecordBytes = 100;

    private const int Batch = 1_000;

    internal static async Task FillAsync(string bootstrapServers)
    {
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = bootstrapServers }, _ => { });
        for (var first = 0; first < Records; first += Batch)
        {
            var batch = Enumerable.Range(first, Batch).Select(Record).ToArray();
            await producer.SendAsync(new OutputBatch(Topic, batch));
        }
    }

    private static OutputRecord Record(int number)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"key-{number % Keys:0000}");
        var value = 100 + (10 * Math.Sin(number / 1000.0));
        var json = string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"time\":{1700000000 + (number / Keys)},\"value\":{value:0.000},\"pad\":\"");
        var padded = json.PadRight(RecordBytes - 2, 'x') + "\"}";
        return new OutputRecord(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(padded));
    }
}
