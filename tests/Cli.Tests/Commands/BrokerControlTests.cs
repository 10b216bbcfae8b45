using StreamLearn.Cli.Commands;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Tests.Commands;

public class BrokerControlTests
{
    [Theory]
    [InlineData("down 1")]
    [InlineData("up 1")]
    [InlineData("rtt 2 250")]
    [InlineData("rtt 2 0")]
    [InlineData("error Fetch NotLeaderForPartition 3")]
    [InlineData("error Produce Local_Transport 1")]
    [InlineData("clear Fetch")]
    [InlineData("  clear\tFetch ")]
    public async Task Given_an_order_when_it_is_read_then_it_is_obeyed(string order) => Assert.Equal(["ok"], await AnswersAsync(order));

    [Theory]
    [InlineData("", "the order is ''; expected one of down ID")]
    [InlineData("stop 1", "the order is 'stop 1'")]
    [InlineData("down", "the order is 'down'")]
    [InlineData("down 1 2", "the order is 'down 1 2'")]
    [InlineData("down 0", "ID is '0'; expected a number from 1")]
    [InlineData("up -1", "ID is '-1'")]
    [InlineData("up one", "ID is 'one'")]
    [InlineData("down 3", "Taking broker 3 down failed")]
    [InlineData("rtt 1 1s", "MILLISECONDS is '1s'")]
    [InlineData("error Fetch NoSuchCode 1", "CODE is 'NoSuchCode'; expected a name of ErrorCode")]
    [InlineData("error Fetch 6 1", "CODE is '6'")]
    [InlineData("error Nothing NotLeaderForPartition 1", "REQUEST is 'Nothing'; expected a name of KafkaRequest")]
    [InlineData("error Fetch NotLeaderForPartition 0", "COUNT is '0'; expected a number from 1 to 10000")]
    [InlineData("clear fetch", "REQUEST is 'fetch'")]
    public async Task Given_an_order_that_makes_no_sense_when_it_is_read_then_the_answer_says_what_is_wrong_and_the_next_is_obeyed(
        string order, string problem)
    {
        var answers = await AnswersAsync(order, "up 1");

        Assert.StartsWith($"error: {problem}", answers[0], StringComparison.Ordinal);
        Assert.Equal("ok", answers[1]);
    }

    private static async Task<string[]> AnswersAsync(params string[] orders)
    {
        using var kafka = EmbeddedKafka.Start(brokers: 2);
        using var output = new StringWriter { NewLine = "\n" };
        await BrokerControl.RunAsync(kafka, new StringReader(string.Join('\n', orders) + "\n"), output);
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
