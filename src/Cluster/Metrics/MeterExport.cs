using OpenTelemetry.Metrics;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cluster.Metrics;

/// <summary>The instruments of StreamLearn for OpenTelemetry's exporters.</summary>
public static class MeterExport
{
    /// <summary>Adds the meters <c>StreamLearn</c> and <c>StreamLearn.*</c>, with room for as many series as their instruments may have.</summary>
    /// <param name="builder">What is added to.</param>
    /// <param name="settings">What is measured.</param>
    public static MeterProviderBuilder AddStreamLearn(this MeterProviderBuilder builder, MetricsSettings settings)
    {
        var keys = settings.Keys.Top + settings.Keys.Named.Count;
        return builder
            .AddMeter(MeterInstruments.MeterName, $"{MeterInstruments.MeterName}.*")
            .AddView(instrument =>
                MeterInstruments.MostSeriesOf(instrument.Name, keys) is { } most ? new MetricStreamConfiguration { CardinalityLimit = most } : null);
    }
}
