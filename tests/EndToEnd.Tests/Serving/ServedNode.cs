using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Cluster.Nodes;
using StreamLearn.EndToEnd.Tests.Nodes;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.EndToEnd.Tests.Serving;

/// <summary>An embedded broker, a node with one pipeline in this process, and its HTTP.</summary>
internal sealed class ServedNode : IAsyncDisposable
{
    internal const int Partitions = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder;
    private readonly KafkaBatchProducer _producer;
    private readonly NodeWebServer _web;

    private ServedNode(EmbeddedKafka kafka, DirectoryInfo folder, StreamLearnConfig config, StreamLearnNode node, NodeWebServer web)
    {
        (Kafka, _folder, Config, Node, _web) = (kafka, folder, config, node, web);
        _producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = kafka.BootstrapServers }, _ => { });
        Http.BaseAddress = web.Address;
    }

    internal EmbeddedKafka Kafka { get; }

    internal StreamLearnConfig Config { get; }

    internal StreamLearnNode Node { get; }

    internal RunningPipeline Pipeline => Node.Pipelines[0];

    internal HttpClient Http { get; } = new();

    /// <param name="pipeline">HOCON of the pipeline.</param>
    /// <param name="topics">Topics to make; with ":1" of one partition.</param>
    /// <param name="settings">More settings.</param>
    internal static async Task<ServedNode> StartAsync(string pipeline, string[] topics, params string[] settings)
    {
        var kafka = EmbeddedKafka.Start();
        foreach (var topic in topics)
        {
            var name = topic.Split(':');
            kafka.CreateTopic(name[0], name.Length == 1 ? Partitions : int.Parse(name[1], System.Globalization.CultureInfo.InvariantCulture));
        }

        var folder = Directory.CreateTempSubdirectory("streamlearn-served-");
        var config = StreamLearnConfig.Load(
            null,
            [
                $"kafka.bootstrap-servers=\"{kafka.BootstrapServers}\"", $"checkpoint.store.path=\"{Path.Combine(folder.FullName, "cp.db")}\"",
                "node.log-level=error", "node.http.port=0", .. settings,
            ],
            pipeline);
        var health = new NodeHealth(config, TimeProvider.System);
        var web = await NodeWebServer.StartAsync(config, health);
        return new ServedNode(kafka, folder, config, await StreamLearnNode.StartAsync(config, TimeProvider.System, health: health), web);
    }

    internal Task ProduceAsync(string topic, params IEnumerable<string> values) =>
        ProduceAsync(topic, values.Select(value => ((string?)null, value)));

    internal async Task ProduceAsync(string topic, IEnumerable<(string? Key, string Value)> records) => await _producer.SendAsync(new OutputBatch(
        topic, [.. records.Select(record => new OutputRecord(record.Key is null ? null : Encoding.UTF8.GetBytes(record.Key), Encoding.UTF8.GetBytes(record.Value)))])).WaitAsync(Limit);

    internal Task AnsweredAsync(long records) =>
        NodeWorld.UntilAsync(() => Pipeline.Progress.Records >= records, () => $"{records} answered; {Pipeline.Progress.Records} are");

    internal async Task<string> HashAsync() => (await Pipeline.SummarizeAsync()).StateHash();

    internal Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    internal Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> PostAsync(string path, string body, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    internal async Task<JsonElement> PredictAsync(string body)
    {
        var (status, json, _) = await PostAsync($"v1/pipelines/{Pipeline.Definition.Name}/predict", body);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status}: {json.GetRawText()}");
        return json;
    }

    internal async Task<JsonElement> LearnAsync(string body)
    {
        var (status, json, _) = await PostAsync($"v1/pipelines/{Pipeline.Definition.Name}/learn", body);
        Assert.True(status == HttpStatusCode.Accepted, $"{(int)status}: {json.GetRawText()}");
        return json;
    }

    /// <summary>All records of a topic.</summary>
    internal List<(int Partition, JsonElement Value, Dictionary<string, string> Headers)> Read(string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = Kafka.BootstrapServers, GroupId = "look", EnablePartitionEof = true,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var found = new List<(int, JsonElement, Dictionary<string, string>)>();
        for (var ended = 0; ended < Partitions;)
        {
            var read = consumer.Consume(Limit) ?? throw new TimeoutException($"{topic} was not read to its end.");
            if (read.IsPartitionEOF)
            {
                ended++;
                continue;
            }

            found.Add((
                read.Partition.Value, JsonDocument.Parse(read.Message.Value).RootElement,
                (read.Message.Headers ?? []).ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()))));
        }

        return found;
    }

    /// <summary>Stops the node, learns its log anew, and says what comes of it.</summary>
    internal async Task<string> ReplayAsync()
    {
        await Node.DrainAsync();
        await Node.DisposeAsync();
        return (await PipelineReplay.RunAsync(Config, Config.Pipelines[0], LogPosition.Earliest, TimeProvider.System)).Summary.StateHash();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Node.DisposeAsync();
        await _web.DisposeAsync();
        _producer.Dispose();
        Kafka.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<(HttpStatusCode Status, JsonElement Json, HttpResponseMessage Response)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var response = await Http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, response);
        }
    }
}
