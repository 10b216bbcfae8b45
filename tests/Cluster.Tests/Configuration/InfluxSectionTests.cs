using StreamLearn.Cluster.Configuration;
using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Lines;
using StreamLearn.Streams.Influx.Points;

namespace StreamLearn.Cluster.Tests.Configuration;

public class InfluxSectionTests
{
    private const string Secret = "hunter2";

    [Fact]
    public void Given_all_settings_When_they_are_loaded_Then_each_is_where_it_belongs()
    {
        var influx = ConfigurationFile.Load(
            """
            streamlearn.metrics.influxdb {
              enabled = on, url = "https://metrics.example:8086/influx", api = v1, org = o, bucket = b, token-env = T, database = d, user = u, password-env = P
              precision = us, gzip = off, timeout = 3s, stop-timeout = 4s
              batch { points = 7, bytes = 2048, age = 250ms }
              retry { least = 1s, most = 2m }
              spool { path = "somewhere", max-bytes = 65536 }
              tags { site = berlin, "a.b" = c }
            }
            """).Influx;

        Assert.Equal(
            Describe.All(new InfluxSettings
            {
                Enabled = true,
                Url = new Uri("https://metrics.example:8086/influx"),
                Api = InfluxApi.V1,
                Org = "o",
                Bucket = "b",
                TokenVariable = "T",
                Database = "d",
                User = "u",
                PasswordVariable = "P",
                Precision = MetricPrecision.Microseconds,
                Gzip = false,
                Timeout = TimeSpan.FromSeconds(3),
                StopTimeout = TimeSpan.FromSeconds(4),
                BatchPoints = 7,
                BatchBytes = 2048,
                BatchAge = TimeSpan.FromMilliseconds(250),
                RetryLeast = TimeSpan.FromSeconds(1),
                RetryMost = TimeSpan.FromMinutes(2),
                SpoolPath = "somewhere",
                SpoolBytes = 65536,
                Tags = [new MetricTag("site", "berlin"), new MetricTag("a.b", "c")],
            }),
            Describe.All(influx));
    }

    [Fact]
    public void Given_a_token_in_the_environment_When_the_settings_are_loaded_Then_no_text_shows_it()
    {
        Environment.SetEnvironmentVariable("STREAMLEARN_TEST_INFLUX_SECRET", Secret);

        var config = ConfigurationFile.Load("streamlearn.metrics.influxdb { enabled = on, org = o, token-env = STREAMLEARN_TEST_INFLUX_SECRET }");

        Assert.Equal("STREAMLEARN_TEST_INFLUX_SECRET", config.Influx.TokenVariable);
        Assert.All(
            [config.ToString(), config.Influx.ToString(), Describe.All(config.Influx)], text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://u:hunter2@host:8086")]
    [InlineData("http://hunter2@host:8086")]
    [InlineData("hunter2")]
    public void Given_a_secret_in_the_address_When_it_is_loaded_Then_it_is_refused_and_not_repeated(string url)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.metrics.influxdb.url = \"{url}\"");

        Assert.StartsWith("test.conf: streamlearn.metrics.influxdb.url is ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api = v2, org = \"\"", "org is empty; expected the name of an organisation; VictoriaMetrics takes any")]
    [InlineData("api = v2, bucket = \"\"", "bucket is empty; expected the name of a bucket")]
    [InlineData("api = v1, database = \"\"", "database is empty; expected the name of a database")]
    [InlineData("retry { least = 2s, most = 1s }", "retry.most is 1s, and least is 2s; expected a duration that is not shorter")]
    [InlineData("tags { time = x }", "tags is The name of a tag is 'time'; expected tags, name = value, with names that servers do not keep for themselves")]
    [InlineData("tags { a = [1] }", "tags.a is a block or a list; expected text")]
    [InlineData("token = hunter2", "token is no known setting; expected one of api, batch, bucket, database, enabled, gzip, org, password-env, precision, retry, spool, ")]
    public void Given_settings_that_do_not_go_together_When_they_are_loaded_Then_the_message_names_what_is_missing(string settings, string problem)
    {
        var message = ConfigurationFile.Refusal($"streamlearn.metrics.influxdb {{ enabled = on, org = o, {settings} }}");

        Assert.StartsWith($"test.conf: streamlearn.metrics.influxdb.{problem}", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_metrics_that_are_off_When_there_is_no_bucket_Then_that_is_no_error() =>
        Assert.False(ConfigurationFile.Load("streamlearn.metrics.influxdb { bucket = \"\" }").Influx.Enabled);
}
