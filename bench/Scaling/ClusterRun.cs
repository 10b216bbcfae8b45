using System.Net;
using System.Net.Sockets;
using StreamLearn.Bench.Checkpoints;
using StreamLearn.Bench.Programs;

namespace StreamLearn.Bench.Scaling;

/// <summary>One cluster from its start to its end: all processes join, learn a wave of records that is not measured, then those that are.</summary>
internal static class ClusterRun
{
    internal const string Pipeline = "scaling";

    private static readonly TimeSpan JoinLimit = TimeSpan.FromMinutes(3);

    // Long enough for some rounds of all timers of a node that waits.
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan WaveLimit = TimeSpan.FromMinutes(10);

    /// <param name="case">What it learns with.</param>
    /// <param name="layout">Its processes.</param>
    /// <param name="warmUp">Records of each link before anything is measured.</param>
    /// <param name="wave">Records of each link in a wave.</param>
    /// <param name="waves">How many waves are measured.</param>
    internal static async Task<ClusterMeasurement> MeasureAsync(ScalingCase @case, ClusterLayout layout, int warmUp, int wave, int waves)
    {
        var folder = Directory.CreateTempSubdirectory("streamlearn-bench-");
        try
        {
            await using var broker = await BrokerProcess.StartAsync(
                PipelineLoad.Outputs(Pipeline).Prepend("links").Select(topic => $"{topic}:{LinkTopic.Partitions}"));
            var config = Path.Combine(folder.FullName, "node.conf");
            await File.WriteAllTextAsync(config, @case.Config(broker.BootstrapServers, Path.Combine(folder.FullName, "checkpoints.db")));
            var ports = FreePorts(layout.Roles.Count);
            var nodes = new List<NodeProcess>();
            try
            {
                foreach (var (roles, port) in layout.Roles.Zip(ports))
                {
                    nodes.Add(NodeProcess.Start(config, roles, port, !layout.Joins ? null : ports[0]));
                }

                await Task.WhenAll(nodes.Select(node => node.RunsAsync(JoinLimit)));
                return await MeasureAsync(broker.BootstrapServers, nodes, warmUp, wave, waves);
            }
            finally
            {
                foreach (var node in nodes)
                {
                    await node.DisposeAsync();
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ClusterMeasurement> MeasureAsync(
        string bootstrapServers, List<NodeProcess> nodes, int warmUp, int wave, int waves)
    {
        using var topic = new LinkTopic(bootstrapServers, "links");
        using var predictions = new PredictionCount(bootstrapServers, PipelineLoad.Outputs(Pipeline).First(), LinkTopic.Partitions);
        var ports = nodes.Select(node => node.Port).ToArray();
        var expected = 0L;
        await PassAsync(warmUp);
        var measured = new List<WaveMeasurement>();
        var (messages, bytes) = await SentAsync();
        for (var i = 0; i < waves; i++)
        {
            var sockets = await ClusterSockets.BytesSentAsync(ports);
            var time = TimeProvider.System.GetTimestamp();
            var processor = ProcessorSeconds();
            await PassAsync(wave);
            processor = ProcessorSeconds() - processor;
            var seconds = TimeProvider.System.GetElapsedTime(time).TotalSeconds;
            sockets = await ClusterSockets.BytesSentAsync(ports) - sockets;
            var (messagesNow, bytesNow) = await SentAsync();
            measured.Add(new WaveMeasurement(processor, seconds, wave * LinkTopic.Links, messagesNow - messages, bytesNow - bytes, sockets));
            (messages, bytes) = (messagesNow, bytesNow);
        }

        var idleTime = TimeProvider.System.GetTimestamp();
        var idle = ProcessorSeconds();
        await Task.Delay(Idle);
        return new ClusterMeasurement(measured, (ProcessorSeconds() - idle) / TimeProvider.System.GetElapsedTime(idleTime).TotalSeconds);

        async Task PassAsync(int rounds)
        {
            expected += rounds * LinkTopic.Links;
            await topic.FillAsync(rounds);
            await predictions.ReachAsync(expected, WaveLimit, () => _ = ProcessorSeconds());
        }

        double ProcessorSeconds() => nodes.Sum(node => node.ProcessorTime.TotalSeconds);

        async Task<(long Messages, long Bytes)> SentAsync()
        {
            var sent = await Task.WhenAll(nodes.Select(node => node.SentAsync()));
            return (sent.Sum(each => each.Messages), sent.Sum(each => each.Bytes));
        }
    }

    /// <summary>All at once: none of them is the next one's.</summary>
    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
