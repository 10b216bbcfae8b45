using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamLearn.Actors.Metrics;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Metrics;

/// <summary>Sends the instruments and the traces of a node to a collector by OTLP, from threads of its own; what cannot be sent is lost.</summary>
internal sealed class OtlpExport : IDisposable
{
    // What is on its way when a node stops may take so long.
    private const int FlushMilliseconds = 2000;

    private readonly MeterProvider _meters;
    private readonly TracerProvider? _tracers;

    private OtlpExport(MeterProvider meters, TracerProvider? tracers)
    {
        _meters = meters;
        _tracers = tracers;
    }

    /// <summary>Begins; null: it is not wanted.</summary>
    /// <param name="config">Says where to.</param>
    /// <param name="node">What the node is called.</param>
    /// <exception cref="ConfigurationException">The environment has no headers where it should.</exception>
    internal static OtlpExport? Start(StreamLearnConfig config, string node)
    {
        var settings = config.Metrics;
        if (!settings.Otlp.Enabled)
        {
            return null;
        }

        var resource = ResourceBuilder.CreateEmpty().AddService(
            "streamlearn", serviceVersion: typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: node);
        var meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddStreamLearn(config)
            .AddOtlpExporter((exporter, reader) =>
            {
                Set(exporter, settings.Otlp, "metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)Math.Clamp(settings.Every.TotalMilliseconds, 100, int.MaxValue);
            })
            .Build();
        var tracers = settings.TraceRatio == 0
            ? null
            : Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource(RecordTracer.SourceName)
                .SetSampler(new AlwaysOnSampler())
                .AddOtlpExporter(exporter => Set(exporter, settings.Otlp, "traces"))
                .Build();
        return new OtlpExport(meters, tracers);
    }

    public void Dispose()
    {
        _meters.ForceFlush(FlushMilliseconds);
        _meters.Dispose();
        _tracers?.ForceFlush(FlushMilliseconds);
        _tracers?.Dispose();
    }

    private static void Set(OtlpExporterOptions exporter, OtlpSettings settings, string signal)
    {
        exporter.Protocol = settings.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = settings.Http ? new Uri($"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}") : settings.Endpoint;
        exporter.Headers = settings.ReadHeaders();
    }
}
