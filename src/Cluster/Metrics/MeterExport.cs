using OpenTelemetry.Metrics;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Metrics;

/// <summary>The instruments of StreamLearn for OpenTelemetry's exporters.</summary>
public static class MeterExport
{
    /// <summary>Adds the meters <c>StreamLearn</c> and <c>StreamLearn.*</c>, with room for as many series as their instruments may have.</summary>
    /// <param name="builder">What is added to.</param>
    /// <param name="config">The node's configuration.</param>
    public static MeterProviderBuilder AddStreamLearn(this MeterProviderBuilder builder, StreamLearnConfig config)
    {
        var room = SeriesRoom.Of(config);
        return builder
            .AddMeter(MeterInstruments.MeterName, $"{MeterInstruments.MeterName}.*")
            .AddView(instrument =>
                MeterInstruments.MeasurementOf(instrument.Name) is { } measurement ? new MetricStreamConfiguration { CardinalityLimit = room.Of(measurement) } : null);
    }
}
