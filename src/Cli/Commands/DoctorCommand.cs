using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamLearn.Cli.Output;
using StreamLearn.Learners.Torch;
using StreamLearn.Streams.Kafka;
using StreamLearn.Streams.Kafka.Embedded;

namespace StreamLearn.Cli.Commands;

/// <summary><c>doctor</c>: finds out what works on this machine, and says in words what does not.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var command = new Command(
            "doctor",
            "Checks this machine: .NET, Torch (loads it and multiplies two matrices), the embedded Kafka, and with --config the brokers it names.");
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var checks = new List<Check> { Runtime(), Torch(), EmbeddedBroker() };
            if (common.HasConfig(parsed))
            {
                checks.Add(await BrokersAsync(common.Load(parsed).Kafka, interruption.Token));
            }

            foreach (var check in checks)
            {
                People.Console.MarkupLineInterpolated($"{(check.Works ? "works" : "FAILS"),-6} {check.Name,-15} {check.Finding}");
                if (check.Advice is not null)
                {
                    People.Console.MarkupLineInterpolated($"{"",-22} {check.Advice}");
                }
            }

            var works = checks.TrueForAll(check => check.Works);
            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(new JsonObject
                {
                    ["works"] = works,
                    ["checks"] = new JsonArray([.. checks.Select(check => new JsonObject
                    {
                        ["name"] = check.Name, ["works"] = check.Works, ["finding"] = check.Finding, ["advice"] = check.Advice,
                    })]),
                }));
            }

            return works ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Check Runtime() => new(
        "runtime", true,
        $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors, "
        + $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 20)} MiB of memory",
        null);

    private static Check Torch()
    {
        var torch = TorchRuntime.Check();
        return new Check(
            "torch", torch.Works,
            torch.Problem ?? $"{torch.Version} on {torch.Device}, {torch.Threads} threads, CUDA {(torch.CudaAvailable ? "available" : "not available")}",
            torch.Advice);
    }

    private static Check EmbeddedBroker()
    {
        try
        {
            using var kafka = EmbeddedKafka.Start();
            kafka.CreateTopic("doctor", 1);
            return new Check("embedded-kafka", true, $"librdkafka {Confluent.Kafka.Library.VersionString}, started at {kafka.BootstrapServers}", null);
        }
        catch (Exception exception)
        {
            return new Check(
                "embedded-kafka", false, exception.Message,
                "The native library of Confluent.Kafka did not load: publish or copy the output folder whole, and see that the system has libssl and zlib.");
        }
    }

    private static async Task<Check> BrokersAsync(KafkaSettings kafka, CancellationToken cancellation)
    {
        try
        {
            await KafkaProbe.WaitForBrokerAsync(kafka, TimeProvider.System, cancellation);
            return new Check("kafka", true, $"{kafka.BootstrapServers} answers", null);
        }
        catch (Exception exception) when (exception is KafkaUnreachableException or KafkaSettingsException)
        {
            return new Check("kafka", false, exception.Message, "Check the address, and the settings of kafka.client.");
        }
    }

    private sealed record Check(string Name, bool Works, string Finding, string? Advice);
}
