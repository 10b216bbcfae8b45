using System.Globalization;
using Confluent.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Commands;

/// <summary>The orders that <c>broker --control</c> takes, one a line: what a fault drill does to a cluster from outside.</summary>
internal static class BrokerControl
{
    internal const string Orders =
        "down ID, up ID, rtt ID MILLISECONDS, error REQUEST CODE COUNT (e.g. error Fetch NotLeaderForPartition 3), clear REQUEST";

    private const int MostErrors = 10_000;

    /// <summary>Obeys until the input ends, and answers each line with <c>ok</c> or <c>error: ...</c>.</summary>
    internal static async Task RunAsync(EmbeddedKafka kafka, TextReader input, TextWriter output)
    {
        while (await input.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            await output.WriteLineAsync(Answer(kafka, line)).ConfigureAwait(false);
            await output.FlushAsync().ConfigureAwait(false);
        }
    }

    private static string Answer(EmbeddedKafka kafka, string line)
    {
        try
        {
            Obey(kafka, line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return "ok";
        }
        catch (Exception exception) when (exception is UsageException or EmbeddedKafkaException or ObjectDisposedException)
        {
            return $"error: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }

    private static void Obey(EmbeddedKafka kafka, string[] words)
    {
        switch (words)
        {
            case ["down", var id]:
                kafka.BrokerDown(Number("ID", id, 1, int.MaxValue));
                break;
            case ["up", var id]:
                kafka.BrokerUp(Number("ID", id, 1, int.MaxValue));
                break;
            case ["rtt", var id, var time]:
                kafka.SetRoundTripTime(
                    Number("ID", id, 1, int.MaxValue), TimeSpan.FromMilliseconds(Number("MILLISECONDS", time, 0, int.MaxValue)));
                break;
            case ["error", var request, var code, var count]:
                var errors = new ErrorCode[Number("COUNT", count, 1, MostErrors)];
                Array.Fill(errors, Named<ErrorCode>("CODE", code));
                kafka.PushRequestErrors(Named<KafkaRequest>("REQUEST", request), errors);
                break;
            case ["clear", var request]:
                kafka.ClearRequestErrors(Named<KafkaRequest>("REQUEST", request));
                break;
            default:
                throw new UsageException($"the order is '{string.Join(' ', words)}'; expected one of {Orders}.");
        }
    }

    private static int Number(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new UsageException($"{name} is '{text}'; expected a number from {min} to {max}.");

    private static T Named<T>(string name, string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(text)
            ? Enum.Parse<T>(text)
            : throw new UsageException($"{name} is '{text}'; expected a name of {typeof(T).Name}, e.g. {Enum.GetNames<T>()[1]}.");
}
