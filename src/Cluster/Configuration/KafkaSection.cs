using Akka.Configuration.Hocon;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cluster.Configuration;

/// <summary>Reads the block <c>kafka</c>. Secrets come from the environment and from nowhere else.</summary>
internal static class KafkaSection
{
    private const string FromEnvironment = "-env";

    private static readonly string[] Secrets =
    [
        "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config",
        "sasl.oauthbearer.client.credentials.client.secret", "sasl.oauthbearer.assertion.private.key.passphrase",
        "sasl.oauthbearer.assertion.private.key.pem",
    ];

    /// <summary>What the sources rely on, and so set themselves.</summary>
    private static readonly string[] Ours =
    [
        "bootstrap.servers", "group.id", "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "enable.partition.eof",
        "dotnet.consumer.consume.result.fields", "dotnet.producer.delivery.report.fields",
    ];

    internal static KafkaSettings Read(ConfigNode kafka) => new()
    {
        BootstrapServers = kafka.Text("bootstrap-servers") is { Length: > 0 } servers
            ? servers
            : throw kafka.Fail("bootstrap-servers", "empty", "addresses of brokers, e.g. localhost:9092"),
        StartupTimeout = kafka.Duration("startup-timeout", TimeSpan.FromMilliseconds(100)),
        BatchRecords = (int)kafka.Whole("batch-records", 1, 100_000),
        BufferedBatches = (int)kafka.Whole("buffered-batches", 2, 10_000),
        RevokeTimeout = kafka.Duration("revoke-timeout", TimeSpan.FromMilliseconds(100)),
        Client = ClientSettings(kafka.Child("client")),
        Consumer = ClientSettings(kafka.Child("consumer")),
        Producer = ClientSettings(kafka.Child("producer")),
    };

    private static Dictionary<string, string> ClientSettings(ConfigNode block)
    {
        var settings = new Dictionary<string, string>();
        foreach (var layer in block.Layers.Reverse())
        {
            Collect(layer.File, layer.Block, "");
        }

        return settings;

        void Collect(string? file, HoconObject items, string prefix)
        {
            foreach (var (key, value) in items.Items)
            {
                var name = prefix + key;
                if (value.IsObject())
                {
                    // A name without quotes, security.protocol = ..., reads as blocks.
                    Collect(file, value.GetObject(), name + ".");
                }
                else if (value.IsArray() || value.GetString() is null)
                {
                    // An empty list is neither an array nor text.
                    throw Fail("a list", "text");
                }
                else if (name.EndsWith(FromEnvironment, StringComparison.Ordinal))
                {
                    var variable = value.GetString();
                    settings[name[..^FromEnvironment.Length]] = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } secret
                        ? secret
                        : throw Fail($"'{variable}', which is not set", "the name of an environment variable");
                }
                else if (Secrets.Contains(name))
                {
                    throw Fail("a secret in a configuration", $"\"{name}{FromEnvironment}\" = the name of an environment variable");
                }
                else if (Ours.Contains(name))
                {
                    throw Fail("a setting that StreamLearn makes itself", "any other setting of librdkafka");
                }
                else
                {
                    settings[name] = value.GetString();
                }

                ConfigurationException Fail(string actual, string expected) =>
                    ConfigurationException.At(file ?? block.Sources, block.PathOf(name), actual, expected);
            }
        }
    }
}
