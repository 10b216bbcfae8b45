using StreamLearn.Actors.Checkpoints;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Commands;

/// <summary>The checkpoint store of a configuration, for commands that look for what is in it.</summary>
internal static class ConfiguredStore
{
    /// <summary>Opens it to be changed; a file that is not there is not made.</summary>
    internal static async Task<ICheckpointStore> OpenAsync(StreamLearnConfig config, CancellationToken cancellation) =>
        await CheckpointStores.OpenAsync(ThatIsThere(config), cancellation);

    /// <summary>Opens it to be looked into.</summary>
    internal static async Task<ICheckpointReader> OpenReaderAsync(StreamLearnConfig config, CancellationToken cancellation) =>
        await CheckpointStores.OpenReaderAsync(ThatIsThere(config), cancellation);

    /// <summary>What is stored of a pipeline.</summary>
    internal static async Task<StoredPipeline> DescribeAsync(
        StreamLearnConfig config, ICheckpointReader store, string pipeline, CancellationToken cancellation) =>
        await store.DescribeAsync(pipeline, cancellation)
            ?? throw new UsageException(await store.PipelinesAsync(cancellation) is { Count: > 0 } names
                ? $"--pipeline is '{pipeline}', of which nothing is stored in {config.Checkpoint.Store}; expected one of "
                    + $"{string.Join(", ", names)}."
                : $"--pipeline is '{pipeline}', but nothing is stored of any pipeline in {config.Checkpoint.Store}.");

    /// <summary>The pipeline of the configuration with that name.</summary>
    internal static PipelineDefinition Pipeline(StreamLearnConfig config, string? name) =>
        config.Pipelines.FirstOrDefault(pipeline => pipeline.Name == name)
        ?? throw new UsageException(
            $"--pipeline is {(name is null ? "missing" : $"'{name}'")}; expected one of "
            + $"{string.Join(", ", config.Pipelines.Select(pipeline => pipeline.Name))} of the configuration.");

    /// <summary>The configuration, which must be named.</summary>
    internal static StreamLearnConfig Load(CommonOptions common, System.CommandLine.ParseResult parsed) =>
        common.HasConfig(parsed)
            ? common.Load(parsed)
            : throw new UsageException("--config is missing; expected a HOCON file with pipelines, e.g. config/hocon/link-load.conf.");

    internal static System.CommandLine.Option<string?> NameOption(string description) =>
        new("--pipeline") { Description = description, HelpName = "NAME" };

    private static CheckpointStoreOptions ThatIsThere(StreamLearnConfig config)
    {
        var store = config.Checkpoint.Store;
        return store.Kind != CheckpointStoreKind.Sqlite || File.Exists(store.Path) || Directory.Exists(store.Path)
            ? store
            : throw new UsageException(
                $"{store.Path} is not there; expected the checkpoint store that streamlearn.checkpoint.store.path names, as 'run' "
                + "makes it.");
    }

    /// <summary>A time as in all JSON: seconds since 1970.</summary>
    internal static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
