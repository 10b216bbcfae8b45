using System.Text;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Tests.Fuzzing;

namespace StreamLearn.Cluster.Tests.Configuration;

/// <summary>Configurations that are damaged anywhere: accepted, or refused in one line.</summary>
public sealed class ConfigurationFuzzTests
{
    private const int Seed = 5;
    private const int Files = 20_000;

    // What Akka's parser does not come back from it takes memory for, too.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly byte[] Good = Encoding.UTF8.GetBytes(
        """
        streamlearn {   # a comment { "
          seed = 7
          node { port = 2551, stop-timeout = 10s }
          kafka { bootstrap-servers = "localhost:9092", client { "security.protocol" = ssl, "sasl.password-env" = X } }
          pipelines {
            p {
              source { topic = t, format = csv, columns = [key, time, value], key = key, time = ts, value = v, features = [a, b] }
              rivals = [last-value, { kind = seasonal-last-value, period = 3 }]
              task { horizons = [1, 2], step = 5m }
              learner { kind = recursive-least-squares, lags = 6 }
              buckets = 2
            }
          }
        }
        """);

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "streamlearn", "akka", "pipelines", "kafka", "client", "learner", "rivals", "kind", "seed", "a.b.c", "\"a.b\"", "\"\"",
            " ", "\n", "{", "}",
            "[", "]", "=", ":", ",", ", ,", "\"", "\"\"\"", "#", "//", "$", "${x}", "$${", "?", "include", "\\", "\\u00e9", "\\uXYZ",
            "\\\"", "1", "-1",
            "1e400", "99999999999999999999", "0.1", "10s", "9999999999d", "-5m", ".", "..", "on", "+=", "\r", "\t", "`", "^", "@",
            "*", "&", "(", ")", "null",
            "{}", "[]", "[{}]", "{{", "[[", "a=1", "a.b=2,", "\u00e9", "\u2028", "\uFEFF", "{a{a{a{a{a{", "[[[[[[[[",
            "a.a.a.a.a.a.a.a.", "last-value",
            "task", "drift", "detectors", "horizons", "= []", "= {}", "= [{ kind = adwin }]", "alert { above = 1 }",
            "value-kind = counter64",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0], [0xed, 0xa0, 0x80],
    ];

    [Fact]
    public void Given_any_damaged_configuration_when_it_is_loaded_then_it_is_accepted_or_refused_in_one_line() =>
        FuzzRun.EachWithin(Seed, Files, Patience, Next, bytes =>
        {
            try
            {
                // As a file is read: what is no UTF-8 becomes U+FFFD.
                StreamLearnConfig.Load(null, [], Encoding.UTF8.GetString(bytes));
            }
            catch (ConfigurationException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
            }
        });

    private static byte[] Next(ByteMutator mutator) => mutator.Below(10) switch
    {
        0 => mutator.Bytes(200),
        1 => [.. Enumerable.Range(0, mutator.Below(40)).SelectMany(_ => mutator.One(Pieces))],
        _ => mutator.Mutate(Good, Pieces),
    };
}
