using System.Text.Json;
using Microsoft.Data.Sqlite;
using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Actors.Protocol;
using StreamLearn.Cli.Sources;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Nodes;
using StreamLearn.Learners.Fleets;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.Cli.Chaos;

/// <summary>A broker process, a store, and node processes that share both.</summary>
internal sealed class DrillStage : IAsyncDisposable
{
    /// <summary>Partitions of every topic.</summary>
    internal const int Partitions = 16;

    /// <summary>Name of the pipeline.</summary>
    internal const string PipelineName = "drill";

    /// <summary>What a node says when a bucket has lost something.</summary>
    internal const string RewindLine = "is read again from offset";

    /// <summary>What a node says when it decides who of a cluster that has fallen apart is out.</summary>
    internal const string DowningLine = "SBR took decision";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int SqliteBusy = 5;

    // The nodes of a cluster wait for each other.
    private static readonly TimeSpan NodeLimit = TimeSpan.FromSeconds(150);

    private readonly TemporaryFolder _folder;
    private readonly List<ChildProgram> _nodes = [];
    private readonly List<ChildProgram> _others = [];
    private readonly string _configFile;

    private DrillStage(TemporaryFolder folder, ChildProgram broker, string configFile, StreamLearnConfig config, ICheckpointStore store)
    {
        _folder = folder;
        _configFile = configFile;
        Broker = broker;
        Config = config;
        Store = store;
    }

    internal ChildProgram Broker { get; }

    internal StreamLearnConfig Config { get; }

    internal ICheckpointStore Store { get; }

    internal PipelineDefinition Pipeline => Config.Pipelines[0] with { Partitions = Partitions };

    /// <summary>The pipeline's consumer group.</summary>
    internal string Group => Config.GroupPrefix + PipelineName;

    /// <summary>File of the store.</summary>
    internal string StorePath => Config.Checkpoint.Store.Path;

    /// <summary>Starts the broker.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="pipeline">The pipeline's block in HOCON.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static async Task<DrillStage> SetAsync(IEnumerable<string> topics, string pipeline, CancellationToken cancellation)
    {
        var folder = new TemporaryFolder();
        ChildProgram? broker = null;
        try
        {
            broker = ChildProgram.Start(
                [], [.. topics.SelectMany(topic => (string[])["--topic", $"{topic}:{Partitions}"]).Prepend("broker"), "--control", "--json"]);
            var line = await broker.LineAsync("bootstrap_servers", Limit, cancellation);
            var address = JsonDocument.Parse(line).RootElement.GetProperty("bootstrap_servers").GetString()!;
            var file = folder.PathOf("drill.conf");
            await File.WriteAllTextAsync(file, Hocon(address, folder.PathOf("checkpoints.db"), pipeline), cancellation);
            var config = StreamLearnConfig.Load(file, []);
            return new DrillStage(folder, broker, file, config, await CheckpointStores.OpenAsync(config.Checkpoint.Store, cancellation));
        }
        catch
        {
            await (broker?.DisposeAsync() ?? default);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts a node.</summary>
    /// <param name="mutant">A fault in its protocol.</param>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <param name="parts">What it runs.</param>
    /// <param name="more">More of its command line.</param>
    internal async Task<ChildProgram> StartNodeAsync(
        ProtocolMutant mutant, CancellationToken cancellation, NodeParts parts = NodeParts.All, params IEnumerable<string> more)
    {
        var broken = mutant == ProtocolMutant.None ? Array.Empty<string>() : ["--mutant", mutant.ToString()];
        var only = parts == NodeParts.All ? Array.Empty<string>() : ["--only", parts == NodeParts.Copiers ? "copiers" : "learners"];
        var node = ChildProgram.Start([RewindLine, DowningLine], ["run", "--config", _configFile, "--json", .. broken, .. only, .. more]);
        _nodes.Add(node);
        await node.RunningAsync($"running {PipelineName}", NodeLimit, cancellation);
        return node;
    }

    /// <summary>Starts another command on the drill's configuration.</summary>
    internal ChildProgram Start(params IEnumerable<string> arguments)
    {
        var program = ChildProgram.Start([], [.. arguments, "--config", _configFile]);
        _others.Add(program);
        return program;
    }

    /// <summary>How the stored learners of all keys stand.</summary>
    internal async Task<IReadOnlyList<KeyReport>> ReportsAsync(CancellationToken cancellation)
    {
        var keys = new List<KeyReport>();
        await foreach (var bucket in new StoredModels(Pipeline, Store).AllKeysAsync(cancellation))
        {
            keys.AddRange(bucket.Problem is null
                ? bucket.Keys.Select(key => key.Report)
                : throw new DrillException($"the stored state of bucket {bucket.Bucket.EntityId} cannot be loaded: {bucket.Problem}"));
        }

        return keys;
    }

    /// <summary>Whether somebody keeps the store locked for as long as this asks for the lock, a second.</summary>
    internal bool IsStoreLocked()
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = StorePath, Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        try
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            transaction.Rollback();
            return false;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SqliteBusy)
        {
            return true;
        }
    }

    /// <summary>How often a bucket has lost something, as the nodes said.</summary>
    internal int Rewinds => _nodes.Sum(node => node.Count(RewindLine));

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _nodes.Concat(_others))
        {
            await program.DisposeAsync();
        }

        await Store.DisposeAsync();
        await Broker.DisposeAsync();
        _folder.Dispose();
    }

    private static string Hocon(string bootstrap, string store, string pipeline) => $$"""
        streamlearn {
          node { log-level = warning, http { enabled = off } }
          kafka {
            bootstrap-servers = "{{bootstrap}}"
            consumer { "session.timeout.ms" = 4000, "heartbeat.interval.ms" = 1000 }
          }
          checkpoint { every = 500ms, every-records = 2000, store { kind = sqlite, path = "{{store}}" } }
          pipelines {
            {{PipelineName}} {
              {{pipeline}}
            }
          }
        }
        """;
}
