using System.Text;
using Akka.Actor;
using StreamLearn.Actors.Metrics;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Placement;
using StreamLearn.Streams.Influx;

namespace StreamLearn.Cluster.Metrics;

/// <summary>What a node measures of itself and of its learners, again and again, and whoever is told. Thread-safe.</summary>
public sealed class NodeMetrics : IAsyncDisposable
{
    private static readonly TimeSpan CollectLimit = TimeSpan.FromSeconds(5);

    private readonly MetricsSettings _settings;
    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly MeterInstruments _instruments;
    private readonly OtlpExport? _otlp;
    private readonly InfluxExporter? _influx;
    private readonly List<Action<MetricSnapshot>> _listeners = [];
    private readonly Lock _lock = new();
    private volatile MetricSnapshot _latest = MetricSnapshot.Empty;

    // Null: nothing is measured yet.
    private IActorRef? _collector;
    private ActorSystem? _system;

    private NodeMetrics(StreamLearnConfig config, Action<string> warn, TimeProvider time)
    {
        _settings = config.Metrics;
        _node = _settings.NodeTag(config.Node);
        _time = time;

        // What cannot be used is refused before anything is open.
        _ = _settings.Otlp.Enabled ? _settings.Otlp.ReadHeaders() : null;
        if (config.Influx.Enabled)
        {
            _influx = new InfluxExporter(config.Influx, warn, time);
            Listen(new InfluxPoints(_influx).Write);
        }

        _instruments = new MeterInstruments(() => _latest, _settings.Keys.Named.Select(Encoding.UTF8.GetString));
        _otlp = OtlpExport.Start(config, _node);
    }

    /// <summary>What has become of the points for InfluxDB; null: there are none.</summary>
    public InfluxStatistics? Influx => _influx?.Statistics;

    /// <summary>As of the last time.</summary>
    public MetricSnapshot Latest => _latest;

    /// <summary>Is told of every snapshot from now on, on a thread that must not be kept.</summary>
    public void Listen(Action<MetricSnapshot> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
        }
    }

    /// <summary>Measures now; the snapshot has been told to everybody.</summary>
    /// <exception cref="AskTimeoutException">The node has stopped.</exception>
    public async Task<MetricSnapshot> MeasureAsync()
    {
        if (_collector is not null && _system is { WhenTerminated.IsCompleted: false })
        {
            // A node that the others have given up ends while it is asked, and nobody answers.
            await Task.WhenAny(
                _collector.Ask<MetricsCollector.Collected>(MetricsCollector.Collect.Instance, CollectLimit), _system.WhenTerminated).Unwrap().ConfigureAwait(false);
        }

        return _latest;
    }

    /// <summary>Measures for the last time; then nothing is measured any more, and nothing is told.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await MeasureAsync().ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The actors are gone already: what was measured before is what there is.
        }

        lock (_lock)
        {
            _listeners.Clear();
        }

        if (_influx is not null)
        {
            await _influx.StopAsync().ConfigureAwait(false);
        }

        // It asks the instruments once more.
        _otlp?.Dispose();
        _instruments.Dispose();
    }

    /// <summary>Opens what numbers go to; null: nothing is measured.</summary>
    /// <param name="config">The node's configuration.</param>
    /// <param name="warn">Receives what somebody should look at.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">It cannot be opened.</exception>
    internal static NodeMetrics? Open(StreamLearnConfig config, Action<string> warn, TimeProvider time)
    {
        try
        {
            return config.Metrics.Enabled ? new NodeMetrics(config, warn, time) : null;
        }
        catch (InfluxException exception)
        {
            throw new ConfigurationException(exception.Message);
        }
    }

    /// <summary>Begins to measure. To be called once.</summary>
    /// <param name="system">The node's actor system.</param>
    /// <param name="placement">Where its learners are.</param>
    /// <param name="pipelines">The pipelines that run here.</param>
    internal void Start(ActorSystem system, NodePlacement placement, IReadOnlyList<(PipelineDefinition Definition, PipelineProgress Progress)> pipelines)
    {
        var reader = new MetricReader(_node, pipelines, placement.Costs, placement.Memory, new ProcessUsage(_time), _time,
            _influx is null ? null : () => _influx.Statistics);
        _system = system;
        _collector = system.ActorOf(
            MetricsCollector.Props(
                [.. pipelines.Select(pipeline => pipeline.Definition)], placement.Buckets, new MetricsCollectorOptions(_settings.Every, _settings.Keys),
                learners => Publish(reader.Read(learners))),
            "metrics");
    }

    private void Publish(MetricSnapshot snapshot)
    {
        lock (_lock)
        {
            _latest = snapshot;
            foreach (var listener in _listeners)
            {
                listener(snapshot);
            }
        }
    }
}
