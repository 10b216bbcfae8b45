using OpenTelemetry.Metrics;

namespace StreamLearn.Cluster.Metrics;

/// <summary>The instruments of StreamLearn for OpenTelemetry's exporters.</summary>
public static class MeterExport
{
    /// <summary>Adds the meters <c>StreamLearn</c> and <c>StreamLearn.*</c>, with room for as many series as their instruments have.</summary>
    public static MeterProviderBuilder AddStreamLearn(this MeterProviderBuilder builder) => builder
        .AddMeter(MeterInstruments.MeterName, $"{MeterInstruments.MeterName}.*")
        .AddView(instrument => new MetricStreamConfiguration { CardinalityLimit = MeterInstruments.MostSeriesOf(instrument.Name) });
}
