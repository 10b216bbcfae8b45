using System.Globalization;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>Writes the examples of a drill, and says now and then how far it has come: who starts it again has it go on from there.</summary>
/// <param name="kafka">How the broker is reached.</param>
/// <param name="records">The examples.</param>
/// <param name="time">Clock of the rate.</param>
internal sealed class ExampleProducer(KafkaSettings kafka, JoinRecords records, TimeProvider time)
{
    /// <summary>How the lines begin in which it says so; the number of examples that are written follows.</summary>
    internal const string Written = "written ";

    // Not after each batch: some are to be written again.
    private const int SaysEvery = 200;

    /// <summary>Writes the examples from a number to before another.</summary>
    internal async Task RunAsync(int first, int end, double rate, TextWriter output, CancellationToken cancellation)
    {
        using var producer = new KafkaBatchProducer(kafka, _ => { });
        var said = first;
        await new DrillProducer(producer, JoinDrill.Examples, records.Example, time).WriteAsync(
            first, end, () => rate > 0 ? rate : double.PositiveInfinity, written =>
            {
                if (written >= said + SaysEvery)
                {
                    said = written;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Written}{written}"));
                    output.Flush();
                }
            },
            cancellation);
    }
}
