namespace StreamLearn.Cluster.Configuration;

/// <summary>Settings of a node; see <c>reference.conf</c>.</summary>
public sealed record NodeSettings(string Host, int Port, int LearnerThreads, int Shards, TimeSpan StopTimeout, string LogLevel)
{
    internal static NodeSettings From(ConfigNode node)
    {
        var threads = (int)node.Whole("learner-threads", 0, 1024);
        return new NodeSettings(
            node.Text("host"),
            (int)node.Whole("port", 0, 65535),
            threads == 0 ? Environment.ProcessorCount : threads,
            (int)node.Whole("shards", 1, 100_000),
            node.Duration("stop-timeout", TimeSpan.FromSeconds(1)),
            node.Choice("log-level", "debug", "info", "warning", "error"));
    }
}
