using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Tests.Configuration;

public class KafkaSectionTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("client { \"security.protocol\" = sasl_ssl }")]
    [InlineData("client { security.protocol = sasl_ssl }")]
    [InlineData("client.security.protocol = sasl_ssl")]
    [InlineData("client { security { protocol = sasl_ssl } }")]
    [InlineData("client { security.\"protocol\" = sasl_ssl }")]
    public void Given_a_client_setting_with_or_without_quotes_When_it_is_loaded_Then_it_has_its_full_name(string text)
    {
        var client = ConfigurationFile.Load($"streamlearn.kafka {{ {text} }}").Kafka.Client;

        Assert.Equal([KeyValuePair.Create("security.protocol", "sasl_ssl")], client);
    }

    [Fact]
    public void Given_settings_of_clients_consumers_and_producers_When_they_are_loaded_Then_each_has_its_own()
    {
        var kafka = ConfigurationFile.Load(
            """
            streamlearn.kafka {
              client { "client.id" = a }
              consumer { "fetch.min.bytes" = 1 }
              producer { "linger.ms" = 7, "compression.type" = lz4 }
            }
            """,
            "kafka.producer.linger.ms=9", "kafka.producer.\"batch.size\"=100").Kafka;

        Assert.Equal("a", Assert.Single(kafka.Client).Value);
        Assert.Equal("1", kafka.Consumer["fetch.min.bytes"]);
        Assert.Equal(
            ["batch.size=100", "compression.type=lz4", "linger.ms=9"], kafka.Producer.Select(setting => $"{setting.Key}={setting.Value}").Order());
    }

    [Theory]
    [InlineData("client { \"sasl.password\" = hunter2 }", "client.\"sasl.password\"")]
    [InlineData("client { sasl.password = hunter2 }", "client.\"sasl.password\"")]
    [InlineData("consumer { sasl { password = hunter2 } }", "consumer.\"sasl.password\"")]
    [InlineData("producer { \"ssl.key.password\" = hunter2 }", "producer.\"ssl.key.password\"")]
    [InlineData("client { \"ssl.key.pem\" = \"\"\"hunter2\"\"\" }", "client.\"ssl.key.pem\"")]
    [InlineData("client { \"ssl.keystore.password\" = hunter2 }", "client.\"ssl.keystore.password\"")]
    [InlineData("client { \"sasl.oauthbearer.client.secret\" = hunter2 }", "client.\"sasl.oauthbearer.client.secret\"")]
    public void Given_a_secret_in_the_file_When_it_is_loaded_Then_it_is_refused_and_not_repeated(string text, string path)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.kafka {{ {text} }}");

        Assert.StartsWith($"test.conf: streamlearn.kafka.{path} is a secret in a configuration; expected ", message, StringComparison.Ordinal);
        Assert.Contains("-env\" = the name of an environment variable", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kafka.client.\"sasl.password\"=hunter2")]
    [InlineData("kafka.client.sasl.password=hunter2")]
    [InlineData("kafka.clientt.\"sasl.password\"=hunter2")]
    [InlineData("kafka.client.\"sasl.password=hunter2")]
    [InlineData("kafka.client.\"sasl.password\"=\"hunter2")]
    public void Given_a_secret_among_the_single_settings_When_it_is_loaded_Then_it_is_refused_and_not_repeated(string setting)
    {
        var message = Assert.Throws<ConfigurationException>(() => StreamLearnConfig.Load(null, [setting])).Message;

        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sasl.password-env\" = STREAMLEARN_TEST_PASSWORD")]
    [InlineData("sasl.password-env = STREAMLEARN_TEST_PASSWORD")]
    public void Given_the_name_of_a_variable_When_it_is_loaded_Then_the_setting_has_its_value_and_no_text_shows_it(string text)
    {
        Environment.SetEnvironmentVariable("STREAMLEARN_TEST_PASSWORD", Secret);

        var config = ConfigurationFile.Load($"streamlearn.kafka.client {{ {text} }}");

        Assert.Equal(Secret, config.Kafka.Client["sasl.password"]);
        Assert.DoesNotContain("sasl.password-env", config.Kafka.Client.Keys);
        Assert.DoesNotContain(Secret, config.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_variable_that_is_not_set_When_it_is_loaded_Then_the_message_names_it() =>
        Assert.Equal(
            "test.conf: streamlearn.kafka.client.\"sasl.password-env\" is 'STREAMLEARN_TEST_NOT_SET', which is not set; "
            + "expected the name of an environment variable.",
            ConfigurationFile.Refusal("streamlearn.kafka.client { \"sasl.password-env\" = STREAMLEARN_TEST_NOT_SET }"));

    [Theory]
    [InlineData("debug = [a, b]")]
    [InlineData("debug = []")]
    [InlineData("debug-env = []")]
    [InlineData("debug-env = [HOME]")]
    public void Given_a_client_setting_that_is_a_list_When_it_is_loaded_Then_it_is_refused(string text) =>
        Assert.EndsWith(
            "is a list; expected text.", ConfigurationFile.Refusal($"streamlearn.kafka.client {{ {text} }}"), StringComparison.Ordinal);
}
